/** The driver as it answers nvidia-smi's calls: which binary, which fields, how slow, what it said last. */
import type { Clock } from '../../../base/clock.ts';
import { createChildSlot } from '../child-slot.ts';
import type { CommandRunner } from '../command.ts';
import { callNvidiaSmi } from './call.ts';
import type { CallEnd } from './call.ts';
import { COMPUTE_APPS_ARGS } from './compute-apps.ts';
import { probeFields, queryArgs } from './fields.ts';
import type { OptionalField } from './fields.ts';
import { createPatience } from './patience.ts';
import { readGpuOutput } from './read-output.ts';
import type { GpuOutput } from './read-output.ts';
import type { GpuRow, RowReading } from './rows.ts';
import { startStream } from './stream.ts';
import type { Stream } from './stream.ts';

export interface Driver {
  readonly version: string | null;
  /** One reading by a single call; the first also finds out which fields there are. */
  ask(): Promise<GpuOutput | { readonly hung: true }>;
  /** The text of `--query-compute-apps`, or null where there is none. */
  askProcesses(): Promise<string | null>;
  /** Only after `ask` was answered with rows. */
  startLoop(intervalMs: number, onRound: (readings: readonly RowReading[]) => void): Stream;
  /** An answer in time: those that did not come before it are forgotten. */
  noteAnswer(): void;
  noteHang(): void;
  /** Ends the child, if one lives. */
  end(): void;
}

export interface DriverOptions {
  readonly clock: Clock;
  readonly runCommand: CommandRunner;
  readonly findBinary: () => string | null;
  /** A child has not answered in time and is being ended; whether it ends is another matter. */
  readonly onHung: () => void;
}

export function createDriver({ clock, runCommand, findBinary, onHung }: DriverOptions): Driver {
  const slot = createChildSlot(clock, runCommand);
  const patience = createPatience();
  let file = '';
  let fields: { readonly loop: readonly OptionalField[]; readonly driverVersion: string | null } | null = null;
  let devices = 1;
  const call = async (args: readonly string[]): Promise<CallEnd> => {
    const startedMs = clock.monotonicMs();
    const end = await callNvidiaSmi({ slot, clock, file, limitMs: patience.limitMs, onHung }, args);
    if (end.hung) patience.hung();
    // A failure comes at once also where cards take their time to wake up.
    else if (end.exitCode === 0) patience.answered(clock.monotonicMs() - startedMs);
    return end;
  };

  const query = async (): Promise<GpuOutput | { readonly hung: true }> => {
    if (fields !== null) {
      const end = await call(queryArgs(fields.loop));
      return end.hung ? end : readGpuOutput(end.text, end.exitCode);
    }
    const probed = await probeFields(call);
    if ('hung' in probed) return probed;
    if (probed.output.ok)
      fields = { loop: probed.supported.filter(changes), driverVersion: versionIn(probed.output.gpus) };
    return probed.output;
  };

  return {
    get version() {
      return fields?.driverVersion ?? null;
    },
    async ask() {
      const found = findBinary();
      if (found === null) return { ok: false, reason: 'driver-missing' };
      file = found;
      const output = await query();
      if ('hung' in output) return output;
      if (output.ok) devices = output.gpus.length + output.unusable.length;
      // Another driver may answer next time, with other fields.
      else if (output.reason === 'unknown-field' || output.reason === 'driver-mismatch') fields = null;
      return output;
    },
    async askProcesses() {
      const end = await call(COMPUTE_APPS_ARGS);
      return end.hung || end.exitCode !== 0 ? null : end.text;
    },
    startLoop(intervalMs, onRound) {
      const args = [...queryArgs(fields?.loop ?? []), '-lms', String(intervalMs)];
      return startStream({ slot, clock, file, args, devices, limitMs: patience.limitMs, onRound, onHung });
    },
    noteAnswer: () => patience.forgetHangs(),
    noteHang: () => patience.hung(),
    end() {
      slot.living?.end();
    },
  };
}

/** The other optional fields are the same in each round. */
function changes(field: OptionalField): boolean {
  return field === 'memory.reserved';
}

function versionIn(rows: readonly GpuRow[]): string | null {
  return rows[0]?.driverVersion ?? null;
}
