import type { GpuProcess } from '../../../protocol/viewer.ts';
import { readComputeApps } from './compute-apps.ts';

/** Questions who uses a card, which one answer of the driver answers all. */
export interface ProcessRequests {
  readonly waiting: boolean;
  /** Resolves with the next answer; `uuid` null: of any card. */
  add(uuid: string | null): Promise<readonly GpuProcess[] | null>;
  /** @param text of `--query-compute-apps`; null where there is none. */
  answer(text: string | null): void;
}

export function createProcessRequests(): ProcessRequests {
  const requests: {
    readonly uuid: string | null;
    readonly resolve: (processes: readonly GpuProcess[] | null) => void;
  }[] = [];
  return {
    get waiting() {
      return requests.length > 0;
    },
    add: (uuid) => new Promise((resolve) => requests.push({ uuid, resolve })),
    answer: (text) => {
      for (const { uuid, resolve } of requests.splice(0)) resolve(text === null ? null : readComputeApps(text, uuid));
    },
  };
}
