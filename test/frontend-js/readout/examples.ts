import type { Notice } from '../../../service/protocol/notice.ts';
import type { ReadoutInput } from '../../../frontend-js/readout/view-model.ts';

/** A page that is connected, with settings that make sense. */
export const INPUT: Omit<ReadoutInput, 'result'> = {
  connection: 'open',
  sidecar: null,
  label: 'VRAM',
  deviceName: 'Some Card',
  canProbe: true,
  leak: null,
  advice: null,
  canTake: () => true,
  canUndo: false,
  said: null,
  ranOut: null,
  offersRescue: false,
  reading: {
    ok: true,
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
  },
};

/** Of the settings of `INPUT`. */
export const RAN_OUT: Extract<Notice, { code: 'ran-out' }> = {
  code: 'ran-out',
  explanation: {
    reading: {
      ...{ kind: 'cuda', phase: 'decode', triedMiB: 4096, freeMiB: 1024, totalMiB: 8192, allocatedMiB: 5000 },
      ...{ reservedMiB: 5400, processMiB: null, capMiB: null, errors: 1 },
    },
    tensor: null,
    cause: { code: 'plain-size', missingMiB: 3072 },
  },
  settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
  held: {
    ...{ by: 'driver', usedMiB: 3600, usableMiB: 8192, webui: null, untoldMiB: 0 },
    programs: [{ pid: 80, name: 'firefox', kind: 'browser', use: 'graphics', usedMiB: 400 }],
  },
  remedies: [],
};
