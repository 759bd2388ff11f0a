/** `headroom doctor`: what Headroom finds here, or how it reads an output that somebody sent in. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Result } from '../../base/result.ts';
import { machineRamReader } from '../../memory/ram/machine.ts';
import { processInRamReader } from '../../memory/ram/process.ts';
import { processMemoryReader } from '../../memory/sources/process/sampler.ts';
import { runCommand } from '../../memory/sources/command.ts';
import { loadSystemInformation, readInventory } from '../inventory.ts';
import { findNvidiaSmi, isExecutableFile } from '../../memory/sources/nvidia-smi/find-binary.ts';
import { readArgs } from '../args.ts';
import { systemClock } from '../../base/system-clock.ts';
import { defaultDataDir, tellOfSeveral } from '../data-dir.ts';
import { jsonLine } from '../../store/json-line.ts';
import { personHere, printable, withoutPerson } from '../discreet.ts';
import { decodeOutput, doctorReplay } from '../doctor-replay.ts';
import { makeDoctorReport } from '../doctor-report.ts';
import type { DoctorMachine } from '../doctor-report.ts';
import { inspectStore } from '../doctor-store.ts';
import { replayText, reportText } from '../doctor-text.ts';
import type { CliIo } from '../io.ts';
import { PLAIN } from '../look.ts';
import { misunderstood } from '../misunderstood.ts';
import { runningWebuis } from '../running-webui.ts';
import type { Verb } from '../verb.ts';
import { VERSION } from '../version.ts';
import { mistakeInWords, unreadableInWords } from '../../words/index.ts';
import { fileProblem, FileRefused } from '../file-problem.ts';

export const VERB: Verb<'doctor'> = {
  name: 'doctor',
  arguments: [],
  options: { replay: 'FILE', 'exit-code': 'N', 'data-dir': 'DIR', 'nvidia-smi': 'FILE', json: null },
  answer: (args, world) => runDoctor(args, world),
};

/** Nobody's output of nvidia-smi comes near. */
const MAX_REPLAY_BYTES = 8 * 1024 * 1024;

/**
 * Takes the arguments behind the word `doctor`. Resolves with the exit code: 0 where memory can be read, 1 where it
 * cannot, 2 for arguments or a file that do not serve. With --json there is one JSON object on stdout in each case.
 */
export async function runDoctor(
  args: readonly string[],
  io: CliIo,
  machineOf: (io: CliIo, nvidiaSmi: string | null) => DoctorMachine = thisMachine,
): Promise<number> {
  const json = args.includes('--json');
  const parsed = readArgs(args, VERB.options);
  if (!parsed.ok) return refuse(io, json, mistakeInWords(parsed.reason));
  const { text } = parsed.value;
  const exitCode = text('exit-code') ?? '0';
  // Windows' codes go up to 2^32.
  if (!/^-?\d{1,10}$/.test(exitCode))
    return refuse(io, json, mistakeInWords({ code: 'not-whole', option: '--exit-code', word: exitCode }));
  const replayed = text('replay');
  if (text('exit-code') !== null && replayed === null)
    return refuse(io, json, mistakeInWords({ code: 'exit-code-alone' }));
  const machine = machineOf(io, text('nvidia-smi'));
  if (replayed !== null) {
    const file = readText(machine, replayed);
    if (!file.ok) return refuse(io, json, withoutPerson(file.reason, machine.person));
    const replay = doctorReplay({ text: file.value, exitCode: Number(exitCode) });
    io.out(json ? jsonLine(replay) : printable(replayText(replay)));
    return replay.ok ? 0 : 1;
  }
  const place = { platform: process.platform, home: machine.person.home, env: io.env };
  const dataDir = text('data-dir') ?? defaultDataDir(place, machine.runningWebuis, tellOfSeveral(io.err));
  const report = await makeDoctorReport(machine, dataDir);
  io.out(json ? jsonLine(report) : reportText(report, io.look ?? PLAIN));
  return report.ok ? 0 : 1;
}

function readText(machine: DoctorMachine, path: string): Result<string, string> {
  try {
    return { ok: true, value: decodeOutput(machine.readFile(path)) };
  } catch (error) {
    return { ok: false, reason: unreadableInWords(path, fileProblem(error)) };
  }
}

function refuse(io: CliIo, json: boolean, message: string): number {
  if (json) io.out(`${JSON.stringify({ ok: false, error: message })}\n`);
  return misunderstood(VERB.name, message, io);
}

function thisMachine({ env }: CliIo, nvidiaSmi: string | null): DoctorMachine {
  const { platform } = process;
  return {
    clock: systemClock,
    runCommand,
    findBinary: () => nvidiaSmi ?? findNvidiaSmi({ platform, env, isExecutable: isExecutableFile }),
    readInventory: (withGraphics) =>
      readInventory({ clock: systemClock, load: loadSystemInformation, limitMs: 5000, withGraphics }),
    inspectStore,
    readRam: {
      machine: machineRamReader(platform, systemClock, runCommand),
      process: processInRamReader(processMemoryReader(platform, systemClock, runCommand)),
    },
    runningWebuis: () => runningWebuis(),
    readFile: readSmallFile,
    person: personHere(),
    nodeVersion: process.version,
    headroomVersion: VERSION,
  };
}

/** `-` is stdin. */
function readSmallFile(path: string): Uint8Array {
  if (path === '-') return readFileSync(0);
  const file = openSync(path, 'r');
  try {
    // A device or a pipe has no size and may have no end.
    const bytes = Buffer.alloc(MAX_REPLAY_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > MAX_REPLAY_BYTES) throw new FileRefused({ code: 'too-large' });
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
