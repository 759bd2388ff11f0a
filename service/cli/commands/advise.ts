/** `headroom advise`: what helps, from the stored runs. */
import { atOnce } from '../../base/steps.ts';
import { checkSettings } from '../../estimate/requested.ts';
import type { AdviceAbout, AdviceResult } from '../../protocol/advice.ts';
import { situationFor } from '../../server/advice-situation.ts';
import { answerEstimate } from '../../server/answer.ts';
import { circumstancesOf } from '../../server/circumstances.ts';
import { advised } from '../../server/advised.ts';
import { jsonLine } from '../../store/json-line.ts';
import type { KnownEnvironment } from '../../store/environment-rows.ts';
import type { Store } from '../../store/store.ts';
import { adviceText, inJson } from '../advice-text.ts';
import { ASKED_OPTIONS, knownOf, readAsked, setUpIn, type Asked } from '../asked.ts';
import type { Args } from '../args.ts';
import { PLAIN } from '../look.ts';
import { tellsOthersNotKnown } from '../no-figure.ts';
import type { Verb } from '../verb.ts';
import { situationOf, type EstimateWorld } from './estimate.ts';
import { storeToRead } from '../stored.ts';

export const VERB: Verb<'advise'> = {
  name: 'advise',
  arguments: [],
  options: ASKED_OPTIONS,
  answer: (args, world) => {
    const asked = readAsked(VERB, args, world);
    return asked === null ? 2 : adviceOn('remedies', VERB.name, asked, world);
  },
};

/** Exit code 0 where there is an answer, 1 where there is not. */
export function adviceOn(
  about: AdviceAbout,
  verb: string,
  asked: Asked & Pick<Args, 'flag'>,
  world: EstimateWorld,
): number {
  const store = storeToRead(verb, asked.dataDir, world);
  if (store === null) return 1;
  try {
    const known = setUpIn(verb, store, asked.key, world);
    if (known === null) return 1;
    const result = adviceFrom(about, store, known, asked, world);
    if (result.about === 'nothing' && tellsOthersNotKnown(verb, result.why, world) && !asked.flag('json')) return 1;
    world.out(
      asked.flag('json')
        ? jsonLine({ keyHash: known.keyHash, ...inJson(result) })
        : `${adviceText(known, asked.settings, result, world.look ?? PLAIN).join('\n')}\n`,
    );
    return result.about === 'nothing' ? 1 : 0;
  } finally {
    store.close();
  }
}

/** The answer that a page would get, with the memory that was last known and no programs to close. */
export function adviceFrom(
  about: AdviceAbout,
  store: Store,
  known: KnownEnvironment,
  { settings, otherMiB: given }: Pick<Asked, 'settings' | 'otherMiB'>,
  { driverMaySpill }: Pick<EstimateWorld, 'driverMaySpill'>,
): AdviceResult {
  const of = knownOf(store, known, given);
  const { calibration, histories } = of;
  const found = situationOf(known, of, driverMaySpill());
  const told = answerEstimate(settings, found);
  const checked = checkSettings(settings);
  const now = circumstancesOf(found, calibration, settings.addOns ?? []);
  if (told.status !== 'estimated' && told.status !== 'not-calibrated') return { about: 'nothing', why: told.why };
  if (!checked.ok || now === null)
    return { about: 'nothing', why: told.status === 'estimated' ? { code: 'no-idle-reading' } : told.why };
  const situation = situationFor({
    settings: checked.value,
    now,
    totalMiB: of.memory.totalMiB,
    setUp: known,
    calibration,
    programs: [],
    upscalers: [],
    histories,
    known: () => store.environments(),
  });
  return atOnce(advised(about, situation));
}
