/** All memory sources; the first that serves the WebUI is read. */
import { noSource } from './none/source.ts';
import { nvidiaSmiSource } from './nvidia-smi/source.ts';
import { processSource } from './process/source.ts';
import type { Source, SourceChoice, SourceHost, SourceWorld } from './source.ts';
import type { Sampler } from './types.ts';

const SOURCES: readonly Source[] = [nvidiaSmiSource, processSource];

/** @param host null while no WebUI is there: then it is a card's, as a rule. */
export function chooseSource(host: SourceHost | null): SourceChoice {
  if (host === null) return { kind: nvidiaSmiSource.kind, pid: null, backend: 'cuda' };
  return SOURCES.map((source) => source.choose(host)).find((choice) => choice !== null) ?? noSource.choose(host);
}

function sourceOf({ kind }: SourceChoice): Source {
  return SOURCES.find((source) => source.kind === kind) ?? noSource;
}

export function isBackedByTorch(choice: SourceChoice): boolean {
  return sourceOf(choice).backedByTorch;
}

export function createSampler(choice: SourceChoice, world: SourceWorld): Sampler {
  return sourceOf(choice).create(choice, world);
}
