/** `headroom record -- COMMAND`: runs a program, and keeps what it and the device had of memory meanwhile. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { SourceReason } from '../../protocol/source.ts';
import type { DeviceReading, Sampler } from '../../memory/sources/types.ts';
import { startCourse } from '../../recording/course.ts';
import { deviceNamed, recordedDeviceOf } from '../../recording/device.ts';
import { createRecordingFile, type RecordingFile } from '../../recording/file.ts';
import { RECORDING_VERSION, type EndLine, type Header, type Lack, type Line } from '../../recording/format.ts';
import { exitCodeOf, type ProgramEnd } from '../../recording/program.ts';
import { recordingOf } from '../../recording/read.ts';
import { summaryOf } from '../../recording/summary.ts';
import { readTorchFiles } from '../../recording/torch-files.ts';
import * as words from '../../words/index.ts';
import { liveInWords, summaryInWords } from '../../words/terminal.ts';
import { oneLine } from '../discreet.ts';
import { fileProblem } from '../file-problem.ts';
import { firstReadings } from '../first-readings.ts';
import { createLiveLine, type LiveLine } from '../live-line.ts';
import { misunderstood } from '../misunderstood.ts';
import { programName, readRecordArgs, RECORD_OPTIONS, type RecordRequest } from '../record-args.ts';
import { hookedEnv, thisMachine, type RecordMachine, type RecordWorld } from '../record-machine.ts';
import type { Verb } from '../verb.ts';
import { VERSION } from '../version.ts';

/** Ours, where the program was never started. */
const NOT_RECORDED = 125;
const LIVE_EACH_MS = 500;

export const VERB: Verb<'record'> = {
  name: 'record',
  arguments: ['-- COMMAND...'],
  options: RECORD_OPTIONS,
  answer: (args, world) => recordCommand(args, world),
};

/** Resolves with the program's own exit code; 125 where it was never started, for a reason of ours. */
async function recordCommand(
  args: readonly string[],
  world: RecordWorld,
  machineOf: (world: RecordWorld) => RecordMachine = thisMachine,
): Promise<number> {
  const read = readRecordArgs(args, world.nowMs());
  if (!read.ok) return refuse(world, 2, read.reason);
  const request = read.value;
  const machine = machineOf(world);
  if (request.hook && machine.hookFolder === null) return refuse(world, NOT_RECORDED, words.NO_HOOK);
  const sampler = machine.createSampler(request.nvidiaSmi);
  try {
    return await recordWith(sampler, request, machine, world);
  } finally {
    await sampler.stop();
  }
}

async function recordWith(
  sampler: Sampler,
  request: RecordRequest,
  machine: RecordMachine,
  world: RecordWorld,
): Promise<number> {
  const readings = await firstReadings(sampler, request.intervalMs, machine.clock);
  const { reason: deviceLack } = sampler.state;
  const chosen = request.device === null ? readings : [deviceNamed(request.device, readings) ?? []].flat();
  if (request.device !== null && chosen.length === 0)
    return refuse(world, 2, words.noSuchDeviceInWords(request.device, readings));
  const header = headerOf(request, machine, sampler, chosen);
  const opened = openFile(request, header);
  if (typeof opened === 'string') return refuse(world, NOT_RECORDED, opened);
  const torchFolder = request.hook ? mkdtempSync(join(tmpdir(), 'headroom-torch-')) : null;
  try {
    const run: Recorded = { file: opened, header, deviceLack, lines: [] };
    const end = await runRecorded(run, request, sampler, torchFolder, machine, world);
    if (end.kind === 'not-started') {
      opened.discard();
      return refuse(world, exitCodeOf(end), words.notStartedInWords(request.command, end.reason, end.text));
    }
    tellEnd(run, request, world);
    return exitCodeOf(end);
  } finally {
    if (torchFolder !== null) rmSync(torchFolder, { recursive: true, force: true });
  }
}

interface Recorded {
  readonly file: RecordingFile;
  readonly header: Header;
  readonly deviceLack: SourceReason | null;
  readonly lines: Line[];
}

async function runRecorded(
  run: Recorded,
  request: RecordRequest,
  sampler: Sampler,
  torchFolder: string | null,
  machine: RecordMachine,
  { ownEnv }: RecordWorld,
): Promise<ProgramEnd> {
  const { clock, hookFolder } = machine;
  const write = (line: Line): void => {
    run.lines.push(line);
    run.file.write(line);
  };
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  const env = torchFolder === null || hookFolder === null ? ownEnv : hookedEnv(ownEnv, hookFolder, torchFolder);
  const program = machine.startProgram(request.command, request.args, env);
  if (program.pid === null) return program.ended;
  const endPassing = machine.passSignals((signal) => program.kill(signal));
  const live = createLiveLine(request.quiet ? null : machine.terminal);
  const course = startCourse({
    clock,
    sampler,
    devices: run.header.devices,
    deviceLack: run.deviceLack,
    tree: machine.treeOf(program.pid),
    intervalMs: request.intervalMs,
    write,
    onSample: showing(live, run, clock),
  });
  const end = await program.ended;
  const { samples, lacks } = await course.stop();
  endPassing();
  live.clear();
  const counters = torchFolder === null ? [] : readTorchFiles(torchFolder, startedAtMs);
  for (const line of counters) write(line);
  write(endOf(end, clock.monotonicMs() - startedMs, samples, [...lacks, ...torchLacks(request.hook, counters)]));
  return end;
}

function endOf(end: ProgramEnd, durationMs: number, samples: number, lacks: readonly Lack[]): EndLine {
  const { exitCode, signal } = end.kind === 'ended' ? end : { exitCode: null, signal: null };
  return { type: 'end', durationMs: Math.round(durationMs), exitCode, signal, samples, lacks: [...lacks] };
}

function torchLacks(hook: boolean, counters: readonly Line[]): Lack[] {
  if (counters.some(({ type }) => type === 'torch')) return [];
  return [{ figure: 'torch', why: hook ? 'no-counters' : 'no-hook' }];
}

function showing(live: LiveLine, { header }: Recorded, clock: Clock) {
  const totalMiB = header.devices.length === 1 ? (header.devices[0]?.totalMiB ?? null) : null;
  let peakMiB: number | null = null;
  let shownAtMs = -Infinity;
  return (sample: Parameters<typeof liveInWords>[0]): void => {
    for (const usedMiB of sample.usedMiB) peakMiB = usedMiB === null ? peakMiB : Math.max(peakMiB ?? 0, usedMiB);
    if (clock.monotonicMs() - shownAtMs < LIVE_EACH_MS) return;
    shownAtMs = clock.monotonicMs();
    live.show(`headroom ${liveInWords(sample, peakMiB, totalMiB)}`);
  };
}

function headerOf(
  request: RecordRequest,
  { clock, platform }: RecordMachine,
  sampler: Sampler,
  devices: readonly DeviceReading[],
): Header {
  return {
    type: 'headroom-recording',
    schemaVersion: RECORDING_VERSION,
    headroomVersion: VERSION,
    program: programName(request.command),
    platform,
    startedAtMs: clock.nowMs(),
    intervalMs: request.intervalMs,
    hook: request.hook,
    seesWholeTree: platform === 'linux',
    driverVersion: sampler.driverVersion,
    devices: devices.map(recordedDeviceOf),
  };
}

function openFile({ out, force }: RecordRequest, header: Header): RecordingFile | string {
  try {
    return createRecordingFile(out, header, force);
  } catch (error) {
    return words.notRecordedInWords(words.unwritableInWords(out, fileProblem(error)));
  }
}

function tellEnd({ file, header, lines }: Recorded, { out, quiet }: RecordRequest, world: RecordWorld): void {
  const error = file.finish();
  if (!quiet)
    for (const line of summaryInWords(summaryOf(recordingOf(header, lines)))) world.err(`headroom: ${oneLine(line)}\n`);
  if (error === null) world.err(`headroom: ${words.recordedInWords(oneLine(out))}\n`);
  else world.err(`headroom record: ${words.notWholeInWords(oneLine(out), fileProblem(error))}\n`);
}

function refuse(world: RecordWorld, exitCode: number, message: string): number {
  if (exitCode === 2) return misunderstood(VERB.name, oneLine(message), world);
  world.err(`headroom record: ${oneLine(message)}\n`);
  return exitCode;
}
