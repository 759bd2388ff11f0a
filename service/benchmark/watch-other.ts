import { heldElsewhereMs } from './requests/stopped.ts';
import type { ConductorOptions } from './requests/request.ts';

/** Tells when what another WebUI holds now may be offered, for its time is up. */
export interface OtherWatch {
  look(): void;
  stop(): void;
}

export function watchOther(options: ConductorOptions): OtherWatch {
  const { clock, host, onChange } = options;
  let timer: { clear(): void } | null = null;

  function look(): void {
    timer?.clear();
    const now = host();
    const heldMs = now === null ? 0 : heldElsewhereMs(options, now.keyHash);
    if (heldMs === 0) return;
    timer = clock.setTimeout(() => {
      look();
      onChange();
    }, heldMs);
  }

  return { look, stop: () => timer?.clear() };
}
