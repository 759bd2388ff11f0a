/** States of a sidecar on a simulated card, for the tests of the page. */
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import type { LiveRun } from '../../service/protocol/live.ts';
import type { Notice } from '../../service/protocol/notice.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { RunRow, ToViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';

export const HOSTILE = '<img src=x onerror="window.harmed = true"><b>"&';

const CARD = { name: 'NVIDIA GeForce RTX 3070 (simulated)', uuid: 'GPU-0', busId: '00000000:01:00.0' };

export function simulatedEnvironment(): NonNullable<ViewerState['environment']> {
  return {
    webui: 'AUTOMATIC1111',
    webuiVersion: 'v1.10.1',
    torchVersion: '2.1.2+cu121',
    checkpoint: 'v1-5-pruned.safetensors',
    device: { backend: 'cuda', ...CARD, totalMiB: 8192 },
    traits: { attention: 'fused', condUncondBatched: true, decodesBatch: false, staticMiB: 2034 },
    key: { checkpoint_family: 'sd1', dtype_unet: 'float16', optimization: 'sdp', vram_mode: 'none' },
  };
}

export function simulatedState(): ViewerState {
  const device = { index: 0, ...CARD, totalMiB: 8192, usedMiB: 3000 };
  return {
    type: 'state',
    protocol: PROTOCOL_VERSION,
    version: '0.1.0',
    source: { kind: 'nvidia-smi', label: 'VRAM', health: 'ok', reason: null, remark: null },
    device,
    driverVersion: '550.54.15',
    devices: [device],
    processes: [
      { pid: 4242, name: 'python', usedMiB: 2400 },
      { pid: 77, name: '/usr/lib/xorg/Xorg', usedMiB: null },
    ],
    environment: simulatedEnvironment(),
    abilities: { benchmark: true, estimate: true, reason: null, why: null },
    upscalers: [
      { name: 'Latent', kind: 'latent' },
      { name: 'Lanczos', kind: 'image' },
    ],
    keyHash: '3f9a0c1d2e4b5a69788796a5b4c3d2e1',
    calibration: { state: 'ready', runs: 12, kept: 12, imported: 0, finding: { code: 'ready', runs: 12 } },
    benchmark: { state: 'idle', resumable: null, last: null },
    defaults: {
      maxSizePx: 1024,
      maxBatchSize: 4,
      operations: ['txt2img', 'hires_image', 'hires_latent', 'img2img'],
      budget: 'default',
    },
    notices: [],
  };
}

/** A person's own generation of these settings found no room for its decode. */
export function ranOut(settings: GenerationSettings): Notice {
  return {
    code: 'ran-out',
    explanation: {
      reading: {
        ...{ kind: 'cuda', phase: 'decode', triedMiB: 4096, freeMiB: 1024, totalMiB: 8192, allocatedMiB: 5000 },
        ...{ reservedMiB: 5400, processMiB: null, capMiB: null, errors: 1 },
      },
      tensor: null,
      cause: { code: 'plain-size', missingMiB: 3072 },
    },
    settings,
    held: { by: 'driver', usedMiB: 3600, usableMiB: 8192, webui: null, untoldMiB: 0, programs: [] },
    remedies: [],
  };
}

export function runRow(change: Partial<RunRow> = {}): RunRow {
  return {
    runId: 'run-1',
    startedAtMs: 1_700_000_000_000,
    origin: 'benchmark',
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
    outcome: 'ok',
    capMiB: null,
    activePeakMiB: 2600,
    reservedPeakMiB: 3000,
    devicePeakMiB: 4400,
    estimatedPeakMiB: 4500,
    webuiPeakMiB: 3000,
    estimatedWebuiPeakMiB: 3100,
    durationMs: 3200,
    marks: [],
    imported: false,
    ...change,
  };
}

export function liveRun(change: Partial<LiveRun> = {}): LiveRun {
  return {
    runId: 'run-1',
    startedAtMs: 1_700_000_100_000,
    origin: 'ordinary',
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
    capMiB: null,
    verdict: 'fits',
    outcome: 'ok',
    peakMiB: 3900,
    ...change,
  };
}

/** Five minutes with three generations, each of which leaves a cache. */
export function simulatedLive(): Extract<ToViewerMessage, { type: 'live' }> {
  const beganAt = [60, 140, 230];
  const points = Array.from({ length: 300 }, (_, second) => {
    const began = beganAt.findLastIndex((one) => one <= second);
    const runs = began >= 0 && second < (beganAt[began] ?? 0) + 12;
    const usedMiB = 3000 + (began + 1) * 200 + (runs ? 900 * (began + 1) : 0);
    return { atMs: 1_700_000_000_000 + second * 1000, usedMiB, othersMiB: 600 };
  });
  const weights = { unetMiB: 1640, textMiB: 235, vaeMiB: 160 };
  const webui = { weights, otherCheckpoints: null, leftBehindMiB: 0, restMiB: 40, cacheMiB: 600, contextMiB: 325 };
  const verdicts = ['fits', 'tight', 'will-not-fit'] as const;
  return {
    type: 'live',
    whole: true,
    holders: {
      by: 'driver',
      usedMiB: 3600,
      usableMiB: 8192,
      webui,
      programs: [
        { pid: 4242, name: 'python', kind: 'webui', use: 'compute', usedMiB: 3000 },
        { pid: 77, name: '/usr/lib/xorg/Xorg', kind: 'desktop', use: 'graphics', usedMiB: null },
        { pid: 80, name: '/usr/lib/firefox/firefox', kind: 'browser', use: 'graphics', usedMiB: 400 },
      ],
      untoldMiB: 200,
    },
    points,
    runs: verdicts.map((verdict, index) =>
      liveRun({ runId: `run-${index}`, startedAtMs: 1_700_000_000_000 + (beganAt[index] ?? 0) * 1000, verdict }),
    ),
  };
}
