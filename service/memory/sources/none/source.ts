import type { Source, SourceChoice, SourceHost } from '../source.ts';
import { createNoSampler } from './sampler.ts';

/** Where nothing can be read, which it says. Takes whoever no other source serves. */
export const noSource = {
  kind: 'none',
  backedByTorch: false,
  choose: ({ backend }: SourceHost): SourceChoice => ({
    kind: 'none',
    pid: null,
    message: `The WebUI computes by ${backend}. Headroom reads the memory of NVIDIA cards, and of the WebUI itself where it computes on the CPU.`,
  }),
  create: ({ message }: SourceChoice) => createNoSampler(message ?? 'There is no memory to read.'),
} satisfies Source;
