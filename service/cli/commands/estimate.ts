/** `headroom estimate`: one estimate from the stored runs, without a WebUI. */
import type { SourceState } from '../../protocol/source.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import { answerEstimate, type Situation } from '../../server/answer.ts';
import type { KnownEnvironment } from '../../store/environment-rows.ts';
import { jsonLine } from '../../store/json-line.ts';
import { ASKED_OPTIONS, knownOf, readAsked, setUpIn, type Asked, type KnownOfIt } from '../asked.ts';
import { estimateText, inJson } from '../estimate-text.ts';
import { PLAIN } from '../look.ts';
import type { CliIo } from '../io.ts';
import { tellsOthersNotKnown } from '../no-figure.ts';
import { storeToRead } from '../stored.ts';
import type { Verb } from '../verb.ts';

export interface EstimateWorld extends CliIo {
  readonly defaultDataDir: () => string;
  /** Whether the driver of this machine gives out system RAM where it could refuse. */
  readonly driverMaySpill: () => boolean;
}

const SOURCE: SourceState = { kind: 'none', label: 'VRAM', health: 'ok', reason: null, remark: null };

/** So that a script need not read the verdict; only where it asks. */
const WILL_NOT_FIT = 3;

export const VERB: Verb<'estimate'> = {
  name: 'estimate',
  arguments: [],
  options: { ...ASKED_OPTIONS, 'exit-code': null },
  answer: runEstimate,
};

/** Exit code 0 where there is an estimate, 1 where there is not, 2 for what is not understood. */
export function runEstimate(args: readonly string[], world: EstimateWorld): number {
  const asked = readAsked(VERB, args, world);
  if (asked === null) return 2;
  const { dataDir, settings, key, otherMiB, flag } = asked;
  const store = storeToRead('estimate', dataDir, world);
  if (store === null) return 1;
  try {
    const known = setUpIn('estimate', store, key, world);
    if (known === null) return 1;
    const result = estimateFrom(settings, known, knownOf(store, known, otherMiB), world.driverMaySpill());
    if (result.status !== 'estimated' && tellsOthersNotKnown(VERB.name, result.why, world) && !flag('json')) return 1;
    world.out(
      flag('json')
        ? jsonLine({ keyHash: known.keyHash, ...inJson(result) })
        : `${estimateText(known, result, world.look ?? PLAIN).join('\n')}\n`,
    );
    if (result.status !== 'estimated') return 1;
    return flag('exit-code') && result.verdict === 'will-not-fit' ? WILL_NOT_FIT : 0;
  } finally {
    store.close();
  }
}

/** The answer that a page would get with the memory that was last known. */
export function estimateFrom(settings: Asked['settings'], ...of: Parameters<typeof situationOf>): EstimateResult {
  return answerEstimate(settings, situationOf(...of));
}

/** As a page would find it. */
export function situationOf(
  { environment }: Pick<KnownEnvironment, 'environment'>,
  { memory, calibration }: Pick<KnownOfIt, 'memory' | 'calibration'>,
  driverMaySpill: boolean,
): Situation {
  return {
    source: SOURCE,
    figures: { ...memory, usedMiB: null, webuiMiB: null, othersMiB: null },
    calibration,
    benchmarkRuns: false,
    unmatched: null,
    leftMiB: 0,
    foundMiB: null,
    driverMaySpill: driverMaySpill && environment.device.backend !== 'cpu',
  };
}
