/** `headroom doctor`: what Headroom finds here, or how it reads an output that somebody sent in. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { runCommand } from '../sampler/command.ts';
import { loadSystemInformation, readInventory } from '../sampler/inventory.ts';
import { findNvidiaSmi, isExecutableFile } from '../sampler/nvidia-smi/find-binary.ts';
import { systemClock } from './clock.ts';
import { defaultDataDir } from './data-dir.ts';
import { decodeOutput, doctorReplay } from './doctor-replay.ts';
import { makeDoctorReport } from './doctor-report.ts';
import type { DoctorMachine } from './doctor-report.ts';
import { inspectStore } from './doctor-store.ts';
import { replayText, reportText } from './doctor-text.ts';
import type { CliIo } from './io.ts';
import { VERSION } from './version.ts';

export const DOCTOR_USAGE = `headroom doctor [--data-dir DIR] [--nvidia-smi FILE] [--json]
    What Headroom finds here: card, driver, fields, processes, store, versions.
headroom doctor --replay FILE [--exit-code N] [--json]
    How Headroom reads a saved output of nvidia-smi --query-gpu=... --format=csv.
`;

const OPTIONS = {
  replay: { type: 'string' },
  'exit-code': { type: 'string' },
  'data-dir': { type: 'string' },
  'nvidia-smi': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** Nobody's output of nvidia-smi comes near. */
const MAX_REPLAY_BYTES = 8 * 1024 * 1024;

/**
 * Takes the arguments behind the word `doctor`. Resolves with the exit code: 0 where memory can be read, 1 where it cannot,
 * 2 for arguments or a file that do not serve. With --json there is one JSON object on stdout in each case.
 */
export async function runDoctor(args: readonly string[], io: CliIo, machineOf: (io: CliIo, nvidiaSmi: string | null) => DoctorMachine = thisMachine): Promise<number> {
  const parsed = parse(args);
  if (!parsed.ok) return refuse(io, args.includes('--json'), parsed.message);
  const { values, exitCode } = parsed;
  const json = values.json ?? false;
  if (values.help === true) {
    io.out(DOCTOR_USAGE);
    return 0;
  }
  const machine = machineOf(io, values['nvidia-smi'] ?? null);
  if (values.replay !== undefined) {
    const file = readText(machine, values.replay);
    if (!file.ok) return refuse(io, json, file.message);
    const replay = doctorReplay({ text: file.text, exitCode });
    io.out(json ? `${JSON.stringify(replay)}\n` : replayText(replay));
    return replay.ok ? 0 : 1;
  }
  const dataDir = values['data-dir'] ?? defaultDataDir({ platform: process.platform, home: machine.home, env: io.env });
  const report = await makeDoctorReport(machine, dataDir);
  io.out(json ? `${JSON.stringify(report)}\n` : reportText(report));
  return report.ok ? 0 : 1;
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];
type Parsed = { readonly ok: true; readonly values: Values; readonly exitCode: number } | { readonly ok: false; readonly message: string };

function parse(args: readonly string[]): Parsed {
  let values: Values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS, strict: true }));
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  const exitCode = values['exit-code'] ?? '0';
  // Windows' codes go up to 2^32.
  if (!/^-?\d{1,10}$/.test(exitCode)) return { ok: false, message: `--exit-code must be a whole number, not "${exitCode}".` };
  if (values['exit-code'] !== undefined && values.replay === undefined) return { ok: false, message: '--exit-code goes with --replay FILE.' };
  return { ok: true, values, exitCode: Number(exitCode) };
}

function readText(machine: DoctorMachine, path: string): { ok: true; text: string } | { ok: false; message: string } {
  try {
    return { ok: true, text: decodeOutput(machine.readFile(path)) };
  } catch (error) {
    return { ok: false, message: `"${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function refuse(io: CliIo, json: boolean, message: string): number {
  if (json) io.out(`${JSON.stringify({ ok: false, error: message })}\n`);
  io.err(`headroom doctor: ${message}\n${DOCTOR_USAGE}`);
  return 2;
}

function thisMachine({ env }: CliIo, nvidiaSmi: string | null): DoctorMachine {
  const { platform } = process;
  return {
    clock: systemClock,
    runCommand,
    findBinary: () => nvidiaSmi ?? findNvidiaSmi({ platform, env, isExecutable: isExecutableFile }),
    readInventory: (withGraphics) => readInventory({ clock: systemClock, load: loadSystemInformation, limitMs: 5000, withGraphics }),
    inspectStore,
    readFile: readSmallFile,
    home: homedir(),
    nodeVersion: process.version,
    headroomVersion: VERSION,
  };
}

/** `-` is stdin. */
function readSmallFile(path: string): Uint8Array {
  if (path === '-') return readFileSync(0);
  if (statSync(path).size > MAX_REPLAY_BYTES) throw new Error('it is larger than 8 MiB');
  return readFileSync(path);
}
