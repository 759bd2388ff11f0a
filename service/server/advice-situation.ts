/** What advice hangs on, of a set-up that is stored or in force. */
import type { Plan, Situation } from '../advice/plan.ts';
import type { Calibration } from '../calibration/calibration.ts';
import type { ReadHistories } from '../calibration/history.ts';
import { secondsOf } from '../calibration/seconds.ts';
import type { Circumstances } from '../estimate/circumstances.ts';
import { traitsOf } from '../hosts/hosts.ts';
import { keyAfter, type SetUpNow } from '../model/unmeasured/what-if.ts';
import type { Upscaler } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';

export interface AdviceParts {
  readonly settings: GenerationSettings;
  readonly now: Circumstances;
  readonly totalMiB: number | null;
  readonly setUp: Pick<KnownEnvironment, 'keyHash' | 'environment'>;
  readonly calibration: Calibration;
  readonly programs: Situation['programs'];
  readonly upscalers: readonly Upscaler[];
  readonly histories: Pick<ReadHistories, 'of'>;
  /** Among which one that is set up otherwise may have been timed. */
  readonly known: () => readonly KnownEnvironment[];
}

export function situationFor(parts: AdviceParts): Situation {
  const { settings, now, totalMiB, setUp, calibration, programs, upscalers } = parts;
  const { environment } = setUp;
  const { fit } = calibration;
  const counted = fit !== null && fit.runs.measured > 0 ? { slackMiB: fit.slackMiB } : {};
  const setUpNow = {
    key: environment.key,
    traits: { ...traitsOf(environment), ...counted },
    device: environment.device,
  };
  return { settings, fit, setUp: setUpNow, now, totalMiB, programs, upscalers, secondsOf: timer(parts, setUpNow) };
}

/** Of all batches. What is not run yet is as long as what was. */
function timer({ setUp, histories, known }: AdviceParts, now: SetUpNow): (plan: Plan) => number | null {
  const own = histories.of(setUp.keyHash).runs;
  let hashes: ReadonlyMap<string, string> | null = null;
  // Asked of each plan of an advice, which takes a second or so: what others have stored meanwhile does not matter.
  const hashOf = (key: KnownEnvironment['environment']['key']): string | undefined => {
    // The first with a key is the one that was last seen.
    hashes ??= new Map(
      known()
        .map(({ keyHash, environment }) => [sorted(environment.key), keyHash] as const)
        .reverse(),
    );
    return hashes.get(sorted(key));
  };
  return ({ settings, times, changes }) => {
    const keyHash = changes.length === 0 ? setUp.keyHash : hashOf(keyAfter(now, changes));
    if (keyHash === undefined) return null;
    const seconds = secondsOf(own, histories.of(keyHash).runs, settings);
    return seconds === null ? null : seconds * times;
  };
}

function sorted(key: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}
