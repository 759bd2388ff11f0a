import type { SamplerEvent } from '../types.ts';
import type { SourceState } from '../../../protocol/source.ts';

/** What is told to listeners: events as they come, and the state when it is another. */
export interface Voice {
  readonly state: SourceState;
  subscribe(this: void, listener: (event: SamplerEvent) => void): () => void;
  emit(event: SamplerEvent): void;
  tellState(): void;
}

/** @param told what listeners know without being told. */
export function createVoice(told: SourceState, stateNow: () => SourceState): Voice {
  const listeners = new Set<(event: SamplerEvent) => void>();
  let last = told;

  function emit(event: SamplerEvent): void {
    for (const listener of [...listeners]) listener(event);
  }

  return {
    get state() {
      return stateNow();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit,
    tellState: () => {
      const state = stateNow();
      if (JSON.stringify(state) === JSON.stringify(last)) return;
      last = state;
      emit({ type: 'state', state });
    },
  };
}
