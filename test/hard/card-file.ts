/** The simulated card without a WebUI: the file that its nvidia-smi reads (its form: test/simulated_card/state.py). */
import { renameSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { VENV_PYTHON } from '../../tools/setup.mjs';

export const TOTAL_MIB = 8192;
export const RESERVED_MIB = 214;
export const CARD = {
  name: 'Simulated RTX 3070 8GB (simulated)',
  uuid: 'GPU-51a17ed0-0000-4000-8000-000081920000',
  busId: '00000000:01:00.0',
};

const BIN = join(import.meta.dirname, '..', 'simulated_card', 'bin');

export interface CardFile {
  /** For programs that shall find the simulated nvidia-smi. */
  readonly env: NodeJS.ProcessEnv;
  usedMiB: number;
  /** One of `FAULTS` in test/simulated_card/state.py. */
  fault: string | null;
  /** Writes what stands. */
  write(): void;
}

export function createCardFile(folder: string): CardFile {
  const path = join(folder, 'card.json');
  const file: CardFile = {
    env: {
      ...process.env,
      PATH: [BIN, dirname(VENV_PYTHON), process.env.PATH ?? ''].join(delimiter),
      HEADROOM_SIM_STATE: path,
    },
    usedMiB: 900,
    fault: null,
    write: () => {
      const card = {
        ...CARD,
        totalMiB: TOTAL_MIB,
        reservedMiB: RESERVED_MIB,
        noiseMiB: 3,
        processes: [{ pid: 1200, name: 'everything (simulated)', usedMiB: file.usedMiB }],
      };
      writeFileSync(`${path}.new`, JSON.stringify({ fault: file.fault, cards: [card] }));
      renameSync(`${path}.new`, path);
    },
  };
  file.write();
  return file;
}
