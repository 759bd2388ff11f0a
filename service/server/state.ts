import type { Calibration } from '../calibration/calibration.ts';
import { abilitiesOf } from '../hosts/hosts.ts';
import type { Environment } from '../protocol/host.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import type { BenchmarkState } from '../protocol/benchmark.ts';
import type { DeviceState, ViewerState } from '../protocol/viewer.ts';
import { storedEnvironmentOf } from '../recorder/run.ts';
import type { DeviceReading } from '../memory/sources/types.ts';
import { defaultOptions } from './defaults.ts';
import type { MemoryWatch } from '../memory/watch.ts';

export interface StateParts {
  readonly version: string;
  readonly memory: Pick<MemoryWatch, 'source' | 'device' | 'driverVersion' | 'devices' | 'processes'>;
  readonly host: { readonly environment: Environment; readonly keyHash: string | null } | null;
  readonly calibration: Calibration | null;
  readonly benchmark: BenchmarkState;
  readonly notices: ViewerState['notices'];
}

/** The whole of what a page shows, but for the figures that move with each reading. */
export function viewerState({ version, memory, host, calibration, benchmark, notices }: StateParts): ViewerState {
  const { source, device, driverVersion, devices, processes } = memory;
  return {
    type: 'state',
    protocol: PROTOCOL_VERSION,
    version,
    source,
    device: device === null ? null : deviceState(device),
    driverVersion,
    devices: devices.map(deviceState),
    processes: processes === null ? null : [...processes],
    environment: host === null ? null : storedEnvironmentOf(host.environment),
    abilities: host === null ? null : abilitiesOf(host.environment),
    upscalers: host?.environment.upscalers ?? [],
    keyHash: host?.keyHash ?? null,
    calibration: calibrationState(calibration, benchmark),
    benchmark,
    defaults: defaultOptions(device?.totalMiB ?? host?.environment.device.totalMiB ?? null, source.label),
    notices,
  };
}

function calibrationState(calibration: Calibration | null, benchmark: BenchmarkState): ViewerState['calibration'] {
  if (calibration === null) return { state: 'none', runs: 0, kept: 0, imported: 0, finding: { code: 'no-webui' } };
  const { state, runs, kept, imported, finding } = calibration;
  // What to do about it is being done.
  return {
    state,
    runs,
    kept,
    imported: imported.kept,
    finding: benchmark.state === 'running' ? { code: 'benchmark-runs' } : finding,
  };
}

function deviceState({ index, uuid, busId, name, totalMiB, usedMiB }: DeviceReading): DeviceState {
  return { index, uuid, busId, name, totalMiB, usedMiB };
}
