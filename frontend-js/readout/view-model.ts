/** What a readout shows, from what is known. Pure: the element only paints it. */
import type { AdviceResult } from '../../service/protocol/advice.ts';
import type { EstimateResult } from '../../service/protocol/estimate.ts';
import * as words from '../../service/words/index.ts';
import type { ToViewerMessage } from '../../service/protocol/viewer.ts';
import { headlineOf, headlineOfStatus } from '../../service/words/verdict.ts';
import type { Headline } from '../../service/words/verdict.ts';
import type { ConnectionState } from '../connection.ts';
import { isOffline } from '../offline.ts';
import type { Reading } from '../settings.ts';
import { barOf } from './bar.ts';
import type { Bar } from './bar.ts';
import { offersOf, toldOf, type CanTake, type Offer } from './offers.ts';

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
  /** Null before the first look at the controls. */
  reading: Reading | null;
  /** Null before the first answer. */
  result: EstimateResult | null;
  /** About the same settings; null where it is still to come, or not asked for. */
  advice: AdviceResult | null;
  canTake: CanTake;
  /** The settings are those of an offer that was taken. */
  canUndo: boolean;
}

/** `part`: the part of the bar that shows the same. */
export type Detail = readonly [name: string, value: string, part?: 'required' | 'peak' | 'others' | 'webui'];

export interface ReadoutModel {
  /**
   * For style and for those who look from outside: the verdict or the status, in the protocol's words; `drift` where
   * lately estimates were off.
   */
  state: string;
  tone: Tone;
  icon: IconName;
  verdict: string;
  /** Right of the verdict; empty where there is none. */
  margin: string;
  /** One line, which breaks between them alone; empty where there are none. */
  figures: readonly string[];
  hint: string;
  bar: Bar | null;
  details: readonly Detail[];
  /** "simulated" where the device's name says so. */
  badge: string;
  /** The benchmark is what would help: offer the way to it. */
  offerTab: boolean;
  /** Nothing was measured on this card: two small runs would narrow the estimate. */
  offerProbe: boolean;
  /** What would make it fit. */
  offers: readonly Offer[];
  offerUndo: boolean;
  announcement: string;
}

const ICONS: Readonly<Record<Tone, IconName>> = { good: 'check', close: 'warning', bad: 'cross', neutral: 'question' };

type Look = Pick<ReadoutModel, 'tone' | 'icon' | 'verdict'>;

function lookOf({ tone, state, words: verdict }: Headline): Look {
  return {
    tone,
    icon: state === 'measuring' ? 'wait' : ICONS[tone],
    verdict: `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`,
  };
}

function sentence(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

function fromEstimate(input: ReadoutInput, result: Estimated): ReadoutModel {
  const { label } = input;
  const { drift } = result;
  const headline = headlineOf(result);
  const look = lookOf(headline);
  const margin = words.latelyInWords(result) ?? words.formatMargin(result.marginMiB);
  const remedy = drift === null ? null : words.BENCHMARK_AGAIN;
  const largest = words.largestInWords(result);
  const note = words.notesInWords(result.notes);
  const besides = [margin, largest, remedy].filter((part) => part !== null);
  return {
    ...look,
    state: headline.state,
    margin,
    figures: words.figuresOf(result, label),
    // The note says what the basis means.
    hint: sentence([largest, remedy, words.limitedInWords(result), note]),
    bar: barOf(result),
    details: detailsOf(input, result, note),
    badge: badgeOf(input.deviceName),
    offerTab: false,
    offerProbe: result.basis === 'unmeasured' && input.canProbe,
    offers: offersOf(input.advice, input.canTake),
    offerUndo: input.canUndo,
    announcement: words.estimateAloud(look.verdict, result, label, besides),
  };
}

function detailsOf(
  { label, deviceName, advice, canTake }: ReadoutInput,
  result: Estimated,
  note: string | null,
): Detail[] {
  const { drift } = result;
  const details: Detail[] = [
    [words.REQUIRED, words.formatInterval(result.required), 'required'],
    [words.PEAK, words.formatInterval(result.peak), 'peak'],
    [words.inAll(label), words.totalInWords(result)],
    [words.IN_USE_BY_OTHERS, words.formatMaybeMiB(result.othersMiB), 'others'],
    [words.IN_USE_BY_THE_WEBUI, words.formatMaybeMiB(result.webuiMiB), 'webui'],
    [words.LIMITED_BY, words.PHASE_NAMES[result.limitingPhase]],
  ];
  if (drift !== null)
    details.push([words.MARGIN, words.formatMargin(result.marginMiB)], [words.DRIFT, words.driftInWords(drift)]);
  if (deviceName !== null) details.push([words.DEVICE, deviceName]);
  if (note !== null) details.push([words.NOTE, note]);
  for (const told of toldOf(advice, canTake)) details.push([words.REMEDY, told]);
  return details;
}

function badgeOf(deviceName: string | null): string {
  return deviceName !== null && /simulated/i.test(deviceName) ? words.SIMULATED : '';
}

function plain(input: ReadoutInput, look: Look, state: string, hint: string): ReadoutModel {
  return {
    ...look,
    state,
    margin: '',
    figures: [],
    hint,
    bar: null,
    details: [[words.WHY, hint]],
    badge: badgeOf(input.deviceName),
    offerTab: false,
    offerProbe: false,
    offers: [],
    offerUndo: input.canUndo,
    announcement: `${look.verdict}. ${hint}`,
  };
}

function fromStatus(input: ReadoutInput, result: Other): ReadoutModel {
  const { othersMiB: others, webuiMiB: webui, totalMiB } = result;
  const used = others === null && webui === null ? null : (others ?? 0) + (webui ?? 0);
  const why = words.noEstimateInWords(result.why);
  return {
    ...plain(input, lookOf(headlineOf(result)), result.status, why),
    figures: totalMiB === null ? [] : words.usedOf(used, totalMiB, input.label),
    bar: barOf(result),
    details: [
      [words.WHY, why],
      [words.IN_USE_BY_OTHERS, words.formatMaybeMiB(others), 'others'],
      [words.IN_USE_BY_THE_WEBUI, words.formatMaybeMiB(webui), 'webui'],
      [words.inAll(input.label), words.formatMaybeMiB(totalMiB)],
    ],
    offerTab: result.status === 'not-calibrated',
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
      offerTab: sidecar.canRestart,
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
