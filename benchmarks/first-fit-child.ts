/** One fit in a process that has made none, of what stdin says; its milliseconds on stdout. */
import { readFileSync } from 'node:fs';
import { keepHeapSmall } from '../service/cli/small-heap.ts';
import { hintsOf, NO_HINTS } from '../service/hosts/hints.ts';
import { fit } from '../service/model/fit.ts';
import type { HostTraits, Observation } from '../service/model/types.ts';

interface Given {
  readonly observations: readonly Observation[];
  readonly traits: HostTraits;
  readonly key: Readonly<Record<string, string>> | null;
}

const { observations, traits, key } = JSON.parse(readFileSync(0, 'utf8')) as Given;
keepHeapSmall();
const hints = key === null ? NO_HINTS : hintsOf({ key });
const begin = performance.now();
fit(observations, traits, hints);
console.log(performance.now() - begin);
