/** What a source says of itself, and who listens. */
import type { Clock } from '../../base/clock.ts';
import type { SourceReason, SourceRemark, SourceState } from '../../protocol/source.ts';
import type { Sample, SamplerEvent } from './types.ts';

/**
 * Told as stale somewhat before the 3 s after which a figure must not be shown as current, for the telling takes time
 * too.
 */
export const STALE_AFTER_MS = 2500;

export interface SourceHealth {
  readonly state: SourceState;
  readonly subscribe: (listener: (event: SamplerEvent) => void) => () => void;
  /** Begins to watch for staleness. */
  start(): void;
  /** Nothing is told any more. */
  stop(): void;
  /** Publishes a sample and says ok; `remark` is why some of its devices are missing, or why this source serves. */
  publish(sample: Sample, remark: Exclude<SourceRemark, { code: 'no-source' }> | null): void;
  /** There is a child and it does not answer: stale, whether or not there was a sample before. */
  hang(): void;
  fail(reason: SourceReason): void;
}

export function createSourceHealth(clock: Clock, kind: SourceState['kind'], label: SourceState['label']): SourceHealth {
  const listeners = new Set<(event: SamplerEvent) => void>();
  let state: SourceState = { kind, label, health: 'starting', reason: null, remark: null };
  let timer: { clear(): void } | null = null;
  let stopped = false;

  const emit = (event: SamplerEvent) => {
    if (stopped) return;
    for (const listener of [...listeners]) listener(event);
  };
  const set = (health: SourceState['health'], reason: SourceReason | null, remark: SourceRemark | null) => {
    const next: SourceState = { kind, label, health, reason, remark };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    emit({ type: 'state', state });
  };
  const disarm = () => {
    timer?.clear();
    timer = null;
  };
  const hang = () => {
    disarm();
    set('stale', 'hung', { code: 'failed', reason: 'hung' });
  };
  const arm = () => {
    disarm();
    timer = clock.setTimeout(hang, STALE_AFTER_MS);
  };
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: arm,
    stop() {
      stopped = true;
      disarm();
    },
    publish(sample, remark) {
      if (stopped) return;
      arm();
      set('ok', remark?.reason ?? null, remark);
      emit({ type: 'sample', sample });
    },
    hang,
    fail(reason) {
      disarm();
      set('unavailable', reason, { code: 'failed', reason });
    },
  };
}
