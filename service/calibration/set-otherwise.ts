/** The same card and networks, set otherwise: whose runs tell which laws the card has. */
import type { Steps } from '../base/steps.ts';
import { familyOf } from '../hosts/key-words.ts';
import type { Fit } from '../model/types.ts';
import type { StoredEnvironment } from '../recorder/run.ts';
import type { Surroundings } from './nearest.ts';
import { isOfNetworks } from './own-runs.ts';
import { isOnSameCard } from './similar.ts';
import type { KnownSetUp } from './worked.ts';

/** Each may take a tenth of a second to fit. */
const MOST_TRIED = 4;

/** The fit of the one that was last seen; null where there is none, or its runs are like no known networks. */
export function* setOtherwise(
  { keyHash, environment }: KnownSetUp,
  { histories, worked, known }: Surroundings,
): Steps<Fit | null> {
  const others = known()
    .filter(
      (one) => one.keyHash !== keyHash && hasLawsOf(one.environment, environment) && histories.has(one.keyHash, 1),
    )
    .slice(0, MOST_TRIED);
  for (const other of others) {
    const { fit } = worked.withoutImported(other.keyHash, yield* worked.of(other.keyHash, other.environment));
    if (fit !== null && isOfNetworks(fit) && fit.runs.measured > 0) return fit;
  }
  return null;
}

/** What is set otherwise changes no law: the engines are those of the card and of torch's libraries. */
function hasLawsOf(one: StoredEnvironment, other: StoredEnvironment): boolean {
  const family = familyOf(one.key);
  return (
    isOnSameCard(one, other) &&
    one.device.backend === other.device.backend &&
    one.webui === other.webui &&
    one.torchVersion === other.torchVersion &&
    family !== null &&
    family === familyOf(other.key)
  );
}
