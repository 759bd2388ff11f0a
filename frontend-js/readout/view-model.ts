/** What a readout shows, from what is known. Pure: the element only paints it. */
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import * as words from '../../service/words/index.ts';
import type { Leak } from '../../service/protocol/leak.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import { headlineOf, headlineOfStatus, isReached } from '../../service/words/verdict.ts';
import type { Headline } from '../../service/words/verdict.ts';
import type { ConnectionState } from '../connection.ts';
import { isOffline } from '../offline.ts';
import type { RanOut } from '../ran-out.ts';
import type { Reading } from '../settings.ts';
import { barOf } from './bar.ts';
import type { Bar } from './bar.ts';
import { MOST_OFFERS, offersOf, toldOf, type CanTake, type Offer } from './offers.ts';

export type SidecarStatus = Extract<ToViewerMessage, { type: 'sidecar' }>;
type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Other = Exclude<EstimateResult, Estimated>;

export type Tone = Headline['tone'];
export type IconName = 'check' | 'warning' | 'cross' | 'question' | 'wait';

export interface ReadoutInput {
  connection: ConnectionState;
  sidecar: SidecarStatus | null;
  label: 'VRAM' | 'RAM';
  deviceName: string | null;
  /** The WebUI can be asked for runs. */
  canProbe: boolean;
  /** Of memory on the device; null where nothing grows. */
  leak: Leak | null;
  /** The last generation of the person's, where it ran out of memory. */
  ranOut: RanOut | null;
  /** It was lost as it was decoded, and such pictures are not rescued yet. */
  offersRescue: boolean;
  /** Null before the first look at the controls. */
  reading: Reading | null;
  /** Null before the first answer. */
  result: EstimateResult | null;
  /** About the same settings; null where it is still to come, or not asked for. */
  advice: AdviceResult | null;
  canTake: CanTake;
  /** An offer was taken. */
  canUndo: boolean;
  /** How an offer that was taken goes; null where there is nothing to say. */
  said: string | null;
}

/** `part`: the part of the bar that shows the same. */
export type Detail = readonly [name: string, value: string, part?: 'required' | 'peak' | 'others' | 'webui'];

export interface ReadoutModel {
  /**
   * For style and for those who look from outside: see `Headline`, or what stands in the way.
   */
  state: string;
  tone: Tone;
  icon: IconName;
  verdict: string;
  /** Beside the verdict; empty where there is none. */
  figures: string;
  /** What is to be said of it, in whole sentences: it wraps. */
  told: string;
  bar: Bar | null;
  /** What the card's edge is called in the bar. */
  edge: string;
  details: readonly Detail[];
  /** "simulated" where the device's name says so. */
  badge: string;
  /**
   * What helps besides the sliders. `probe`: nothing was measured on this card, two small runs would narrow the
   * estimate; `benchmark`: only that gives figures, or right ones; `tab`: there is more to do there.
   */
  action: 'probe' | 'benchmark' | 'tab' | null;
  /** What would make it fit. */
  offers: readonly Offer[];
  offerUndo: boolean;
  /** Why the last generation of these settings ran out of memory is there to be read. */
  explains: boolean;
  announcement: string;
}

const ICONS: Readonly<Record<Tone, IconName>> = { good: 'check', close: 'warning', bad: 'cross', neutral: 'question' };

type Look = Pick<ReadoutModel, 'tone' | 'icon' | 'verdict'>;

function lookOf({ tone, state, words: verdict }: Headline): Look {
  return {
    tone,
    icon: state === 'measuring' || state === 'loading' ? 'wait' : ICONS[tone],
    verdict: `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`,
  };
}

function fromEstimate(input: ReadoutInput, result: Estimated): ReadoutModel {
  const { label, leak, canUndo } = input;
  const headline = headlineOf(result, leak !== null);
  const look = lookOf(headline);
  const figures = words.needsInWords(result, label);
  const ranOut = ranOutOf(input);
  const offers = withRescue(input, ranOut, offersOf(input.advice, input.canTake));
  // Where there is so much at hand, measuring waits.
  const action = canUndo && (ranOut !== null || offers.length > 0) ? null : actionOf(input, result);
  const verdict = words.verdictInWords(result, leak, offers.length > 0);
  const gravest = words.gravestInWords(result.notes);
  const caveats = gravest === null ? [] : [gravest];
  // Offers, or more that is said of the verdict, take the place of what is said last: it is among the details.
  const shown = offers.length > 0 || headline.state === 'drift' || headline.state === 'leak' ? [] : caveats;
  const bar = barOf(result);
  return {
    ...look,
    state: headline.state,
    figures,
    told:
      input.said ??
      (ranOut === null ? [verdict, ...shown] : [ranOut, ...(offers.length > 0 ? [] : [words.spareTold(result)])]).join(
        ' ',
      ),
    bar,
    edge: bar === null ? '' : words.edgeName(bar.edgeMiB, label),
    details: detailsOf(input, result),
    badge: badgeOf(input.deviceName),
    action,
    offers,
    offerUndo: canUndo,
    explains: ranOut !== null,
    announcement:
      input.said ??
      `${look.verdict}: ${figures}. ${[...(ranOut === null ? [] : [ranOut]), verdict, ...caveats].join(' ')}`,
  };
}

/**
 * Of these settings, a sentence: with others it is of no use beside the sliders. Null where there is nothing to say.
 */
function ranOutOf({ ranOut, reading }: ReadoutInput): string | null {
  if (ranOut === null || reading?.ok !== true) return null;
  return isSame(reading.settings, ranOut.settings) ? words.ranOutTold(ranOut) : null;
}

/** The rescue first: it keeps the settings as they are. */
function withRescue({ offersRescue }: ReadoutInput, ranOut: string | null, offers: readonly Offer[]): readonly Offer[] {
  if (ranOut === null || !offersRescue) return offers;
  const deed = { kind: 'option', name: 'headroom_rescue', value: true } as const;
  return [{ words: words.RESCUE_FROM_NOW_ON, about: words.RESCUE_OFFER, deeds: [deed] }, ...offers].slice(
    0,
    MOST_OFFERS,
  );
}

function isSame(a: GenerationSettings, b: GenerationSettings): boolean {
  const valuesOf = ({ operation, width, height, batchSize, hires }: GenerationSettings) => [
    ...[operation, width, height, batchSize],
    ...(hires === null ? [] : [hires.width, hires.height, hires.upscaler]),
  ];
  return JSON.stringify(valuesOf(a)) === JSON.stringify(valuesOf(b));
}

function actionOf({ canProbe }: ReadoutInput, { basis, drift }: Estimated): ReadoutModel['action'] {
  if (basis === 'unmeasured' && canProbe) return 'probe';
  return drift === null ? null : canProbe ? 'benchmark' : 'tab';
}

function detailsOf(input: ReadoutInput, result: Estimated): Detail[] {
  const { label, deviceName, leak, advice, canTake } = input;
  const { required, peak, othersMiB, weightsMiB, drift } = result;
  const pictureMiB = Math.max(0, required.valueMiB - weightsMiB - (othersMiB ?? 0));
  const note = words.notesInWords(result.notes);
  const details: Detail[] = [
    [words.REQUIRED, words.formatInterval(required)],
    [words.THIS_PICTURE, words.formatMiB(pictureMiB), 'required'],
    [words.WEBUI_BEFORE, words.formatMiB(weightsMiB), 'webui'],
    [words.OTHERS, words.formatMaybeMiB(othersMiB), 'others'],
    ...(isReached(result) ? [[words.PEAK, words.formatInterval(peak), 'peak'] as const] : []),
    [words.LIMITED_BY, words.PHASE_NAMES[result.limitingPhase]],
    [words.inAll(label), words.totalInWords(result)],
    [words.MARGIN, words.spareInWords(result)],
  ];
  if (drift !== null) details.push([words.DRIFT, words.driftInWords(drift)]);
  if (leak !== null) details.push([words.LEAK, words.leakInWords(leak)]);
  if (deviceName !== null) details.push([words.DEVICE, deviceName]);
  if (note !== null) details.push([words.NOTE, note]);
  for (const told of toldOf(advice, canTake)) details.push([words.REMEDY, told]);
  return details;
}

function badgeOf(deviceName: string | null): string {
  return deviceName !== null && /simulated/i.test(deviceName) ? words.SIMULATED : '';
}

function plain(input: ReadoutInput, look: Look, state: string, told: string): ReadoutModel {
  return {
    ...look,
    state,
    figures: '',
    told,
    bar: null,
    edge: '',
    details: [[words.WHY, told]],
    badge: badgeOf(input.deviceName),
    action: null,
    offers: [],
    offerUndo: input.canUndo,
    explains: false,
    announcement: `${look.verdict}. ${told}`,
  };
}

function fromStatus(input: ReadoutInput, result: Other): ReadoutModel {
  const { label, canProbe } = input;
  const { othersMiB: others, webuiMiB: webui, totalMiB } = result;
  const used = others === null && webui === null ? null : (others ?? 0) + (webui ?? 0);
  const headline = headlineOf(result);
  const look = lookOf(headline);
  const [cause, ...more] = words.noEstimateTold(result.why);
  const why = [cause, ...more].join(' ');
  const bar = barOf(result);
  const ranOut = ranOutOf(input);
  const told = input.said ?? ranOut ?? cause;
  const advised = headline.state === 'not-calibrated' ? offersOf(input.advice, input.canTake) : [];
  const offers = withRescue(input, ranOut, advised);
  return {
    ...plain(input, look, headline.state, told),
    figures: totalMiB === null || used === null ? '' : words.usedInWords(used, totalMiB, label),
    bar,
    edge: bar === null ? '' : words.edgeName(bar.edgeMiB, label),
    details: [
      [words.WHY, why],
      [words.OTHERS, words.formatMaybeMiB(others), 'others'],
      [words.THE_WEBUI, words.formatMaybeMiB(webui), 'webui'],
      [words.inAll(label), words.formatMaybeMiB(totalMiB)],
    ],
    announcement: `${look.verdict}. ${input.said ?? why}`,
    offers,
    explains: ranOut !== null,
    action: headline.state === 'not-calibrated' ? (canProbe ? 'benchmark' : 'tab') : null,
  };
}

const WAITING = { tone: 'neutral', icon: 'wait' } as const;
const STOPPED = { tone: 'neutral', icon: 'warning' } as const;

/** What stands in the way comes first: no connection, no sidecar, no size to ask for; then the estimate. */
export function readoutModel(input: ReadoutInput): ReadoutModel {
  const { connection, sidecar, reading, result } = input;
  if (isOffline(connection))
    return plain(input, { ...STOPPED, verdict: words.NOT_CONNECTED }, connection, words.offlineInWords(connection));
  if (sidecar?.state === 'stopped') {
    return {
      ...plain(input, { ...STOPPED, verdict: words.STOPPED }, 'stopped', sidecar.message),
      action: sidecar.canRestart ? 'tab' : null,
    };
  }
  if (sidecar?.state === 'starting' || sidecar?.state === 'restarting') {
    return plain(input, { ...WAITING, verdict: words.STARTING }, 'starting', sidecar.message);
  }
  if (reading?.ok === false && reading.reason === 'no-sense') {
    const why = words.noSenseInWords(reading.field, reading.value);
    return plain(input, lookOf(headlineOfStatus('bad-settings')), 'bad-settings', why);
  }
  if (reading?.ok === false) {
    const look: Look = { tone: 'neutral', icon: 'question', verdict: words.NO_IMAGE_YET };
    return plain(input, look, 'no-image', words.CHOOSE_AN_IMAGE);
  }
  if (result === null || connection === 'connecting') {
    const look: Look = { ...WAITING, verdict: words.CONNECTING };
    return plain(input, look, 'connecting', words.WAITING_FOR_THE_ESTIMATE);
  }
  return result.status === 'estimated' ? fromEstimate(input, result) : fromStatus(input, result);
}
