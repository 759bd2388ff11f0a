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
  reading: {
    ok: true,
    settings: { operation: 'txt2img', width: 512, height: 512, batchSize: 1, hires: null },
  },
};
