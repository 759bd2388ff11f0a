import type { Source, SourceChoice, SourceHost } from '../source.ts';
import { createNoSampler } from './sampler.ts';

/** Where nothing can be read, which it says. Takes whoever no other source serves. */
export const noSource = {
  kind: 'none',
  backedByTorch: false,
  choose: ({ backend }: SourceHost): SourceChoice => ({
    kind: 'none',
    pid: null,
    backend,
  }),
  create: ({ backend }: SourceChoice) => createNoSampler(backend),
} satisfies Source;
