/** `headroom advise` and `headroom max`: what helps, and the largest that fits, from the stored runs. */
import { atOnce } from '../base/steps.ts';
import { checkSettings } from '../estimate/requested.ts';
import type { AdviceAbout, AdviceResult } from '../protocol/advice.ts';
import { situationFor } from '../server/advice-situation.ts';
import { advised } from '../server/advised.ts';
import { jsonLine } from '../store/json-line.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import type { Store } from '../store/store.ts';
import { adviceText, inJson } from './advice-text.ts';
import { ASKED_OPTIONS, knownOf, readAsked, setUpIn, type Asked } from './asked.ts';
import { oneLine } from './discreet.ts';
import { estimateFrom, type EstimateWorld } from './estimate.ts';
import { storeToRead } from './stored.ts';

/** The usual size of SD 1: of `max` only the shape counts. */
const USUAL = { width: '512', height: '512' };

export function runAdvise(args: readonly string[], world: EstimateWorld): number {
  return run('advise', args, world);
}

export function runMax(args: readonly string[], world: EstimateWorld): number {
  return run('max', args, world);
}

/** Exit code 0 where there is an answer, 1 where there is not, 2 for what is not understood. */
function run(command: 'advise' | 'max', args: readonly string[], world: EstimateWorld): number {
  const asked =
    command === 'max'
      ? readAsked(args, ASKED_OPTIONS, world, USUAL)
      : readAsked(args, { ...ASKED_OPTIONS, flags: 'flag' }, world);
  if (asked === null) return 2;
  const { flag } = asked;
  const about = command === 'max' ? 'largest' : flag('flags') ? 'flags' : 'remedies';
  const store = storeToRead(command, asked.dataDir, world);
  if (store === null) return 1;
  try {
    const known = setUpIn(command, store, asked.key, world);
    if (known === null) return 1;
    const result = adviceFrom(about, store, known, asked, world);
    const text = (): string[] => adviceText(known, result).map((line) => `${oneLine(line)}\n`);
    world.out(flag('json') ? jsonLine({ keyHash: known.keyHash, ...inJson(result) }) : text().join(''));
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
  const told = estimateFrom(settings, known, of, driverMaySpill());
  const checked = checkSettings(settings);
  const { usableMiB, otherMiB } = of.memory;
  if (told.status !== 'estimated' && told.status !== 'not-calibrated') return { about: 'nothing', why: told.why };
  if (!checked.ok || usableMiB === null || otherMiB === null)
    return { about: 'nothing', why: told.status === 'estimated' ? { code: 'no-idle-reading' } : told.why };
  const { calibration, histories } = of;
  const situation = situationFor({
    settings: checked.value,
    now: {
      memory: { totalMiB: usableMiB, otherMiB },
      heldMiB: null,
      driftMiB: calibration.drift?.leftMiB ?? null,
      leftMiB: 0,
    },
    setUp: known,
    calibration,
    programs: [],
    upscalers: [],
    histories,
    known: () => store.environments(),
  });
  return atOnce(advised(about, situation));
}
