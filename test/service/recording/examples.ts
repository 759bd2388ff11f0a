import {
  RECORDING_VERSION,
  type EndLine,
  type Header,
  type Line,
  type SampleLine,
  type TorchLine,
} from '../../../service/recording/format.ts';
import { recordingOf } from '../../../service/recording/read.ts';
import type { Recording } from '../../../service/recording/format.ts';

export const HEADER: Header = {
  type: 'headroom-recording',
  schemaVersion: RECORDING_VERSION,
  headroomVersion: '0.1.0',
  program: 'python',
  platform: 'linux',
  startedAtMs: 1_790_000_000_000,
  intervalMs: 100,
  hook: true,
  seesWholeTree: true,
  driverVersion: '550.90.07',
  devices: [
    {
      index: 0,
      uuid: 'GPU-1',
      busId: '00000000:01:00.0',
      name: 'Test card',
      totalMiB: 8192,
      usableMiB: 8000,
      usedBeforeMiB: 500,
    },
  ],
};

export function sample(afterMs: number, usedMiB: number | null, changes: Partial<SampleLine> = {}): SampleLine {
  return {
    type: 'sample',
    afterMs,
    usedMiB: [usedMiB],
    programMiB: [usedMiB === null ? null : usedMiB - 500],
    residentMiB: 1000,
    processes: 1,
    ramUsedMiB: 6000,
    ramTotalMiB: 16_000,
    ...changes,
  };
}

export function torchLine(afterMs: number, changes: Partial<TorchLine> = {}): TorchLine {
  return {
    type: 'torch',
    afterMs,
    pid: 77,
    device: 0,
    uuid: 'GPU-1',
    allocatedMiB: 2000,
    activeMiB: 2000,
    reservedMiB: 2200,
    allocatedPeakMiB: 2000,
    activePeakMiB: 2000,
    reservedPeakMiB: 2200,
    allocRetries: 0,
    ooms: 0,
    restMs: 0,
    ...changes,
  };
}

export function end(changes: Partial<EndLine> = {}): EndLine {
  return { type: 'end', durationMs: 3000, exitCode: 0, signal: null, samples: 30, lacks: [], ...changes };
}

export function recording(lines: readonly Line[], header: Partial<Header> = {}): Recording {
  return recordingOf({ ...HEADER, ...header }, lines);
}
