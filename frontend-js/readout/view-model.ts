/** What a readout shows, from what is known. Pure: the element only paints it. */
import type { EstimateResult, ToViewerMessage } from '../../service/protocol/viewer.ts';
import { headlineOf, headlineOfStatus, largestInWords, latelyInWords } from '../../service/words/verdict.ts';
import type { Headline } from '../../service/words/verdict.ts';
import type { ConnectionState } from '../connection.ts';
import { formatMargin, formatMaybeMiB, formatMiB, PHASE_NAMES } from '../format.ts';
import { offlineInWords } from '../offline.ts';
import type { Reading } from '../settings.ts';
import { barOf } from './bar.ts';
import type { Bar } from './bar.ts';

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
  /** Null before the first look at the controls. */
  reading: Reading | null;
  /** Null before the first answer. */
  result: EstimateResult | null;
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
  figures: string;
  hint: string;
  bar: Bar | null;
  details: readonly Detail[];
  /** "simulated" where the device's name says so. */
  badge: string;
  /** The benchmark is what would help: offer the way to it. */
  offerTab: boolean;
  announcement: string;
}

const ICONS: Readonly<Record<Tone, IconName>> = { good: 'check', close: 'warning', bad: 'cross', neutral: 'question' };

type Look = Pick<ReadoutModel, 'tone' | 'icon' | 'verdict'>;

function lookOf({ tone, state, words }: Headline): Look {
  return {
    tone,
    icon: state === 'measuring' ? 'wait' : ICONS[tone],
    verdict: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
  };
}

function interval(figure: Estimated['required']): string {
  return `${formatMiB(figure.valueMiB)} (${formatMiB(figure.lowMiB)} to ${formatMiB(figure.highMiB)})`;
}

function sentence(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** The verdict is by what programs can have. */
function inAll({ totalMiB, usableMiB }: Estimated): string {
  const [total, usable] = [formatMiB(totalMiB), formatMiB(usableMiB)];
  return total === usable ? total : `${total} (${usable} for programs)`;
}

function leftOutInWords(reading: Reading | null): string | null {
  return reading?.ok === true && reading.leftOut.length > 0 ? `without ${reading.leftOut.join(' and ')}` : null;
}

function fromEstimate(input: ReadoutInput, result: Estimated): ReadoutModel {
  const { label } = input;
  const { drift } = result;
  const headline = headlineOf(result);
  const look = lookOf(headline);
  const figures = `required ${formatMiB(result.required.valueMiB)} / peak ${formatMiB(result.peak.valueMiB)} of ${formatMiB(result.totalMiB)}`;
  const margin = latelyInWords(result, formatMiB) ?? formatMargin(result.marginMiB);
  const remedy = drift === null ? null : 'run the benchmark again';
  const phase = PHASE_NAMES[result.limitingPhase];
  const largest = largestInWords(result);
  const details: Detail[] = [
    ['Required', interval(result.required), 'required'],
    ['Peak', interval(result.peak), 'peak'],
    [`${label} in all`, inAll(result)],
    ['In use by others', formatMaybeMiB(result.othersMiB), 'others'],
    ['In use by the WebUI', formatMaybeMiB(result.webuiMiB), 'webui'],
    ['Limited by', phase],
  ];
  if (drift !== null) details.push(['Margin', formatMargin(result.marginMiB)], ['Drift', drift.message]);
  if (input.deviceName !== null) details.push(['Device', input.deviceName]);
  if (result.note !== null) details.push(['Note', result.note]);
  return {
    ...look,
    state: headline.state,
    margin,
    figures: `${figures} ${label}`,
    // The note says what the basis means.
    hint: sentence([largest, remedy, `limited by ${phase}`, leftOutInWords(input.reading), result.note]),
    bar: barOf(result),
    details,
    badge: badgeOf(input.deviceName),
    offerTab: false,
    announcement: `${look.verdict}: ${figures.replace(' / ', ', ')} ${label}, ${[margin, largest, remedy].filter((part) => part !== null).join(', ')}.`,
  };
}

function badgeOf(deviceName: string | null): string {
  return deviceName !== null && /simulated/i.test(deviceName) ? 'simulated' : '';
}

function plain(input: ReadoutInput, look: Look, state: string, hint: string): ReadoutModel {
  return {
    ...look,
    state,
    margin: '',
    figures: '',
    hint,
    bar: null,
    details: [['Why', hint]],
    badge: badgeOf(input.deviceName),
    offerTab: false,
    announcement: `${look.verdict}. ${hint}`,
  };
}

function fromStatus(input: ReadoutInput, result: Other): ReadoutModel {
  const { othersMiB: others, webuiMiB: webui, totalMiB } = result;
  const used = others === null && webui === null ? null : (others ?? 0) + (webui ?? 0);
  const figures = totalMiB === null ? '' : `in use ${formatMaybeMiB(used)} of ${formatMiB(totalMiB)} ${input.label}`;
  return {
    ...plain(input, lookOf(headlineOf(result)), result.status, result.message),
    figures,
    bar: barOf(result),
    details: [
      ['Why', result.message],
      ['In use by others', formatMaybeMiB(others), 'others'],
      ['In use by the WebUI', formatMaybeMiB(webui), 'webui'],
      [`${input.label} in all`, formatMaybeMiB(totalMiB)],
    ],
    offerTab: result.status === 'not-calibrated',
  };
}

const WAITING = { tone: 'neutral', icon: 'wait' } as const;
const STOPPED = { tone: 'neutral', icon: 'warning' } as const;

/** What stands in the way comes first: no connection, no sidecar, no size to ask for; then the estimate. */
export function readoutModel(input: ReadoutInput): ReadoutModel {
  const { connection, sidecar, reading, result } = input;
  const offline = offlineInWords(connection);
  if (offline !== null) return plain(input, { ...STOPPED, verdict: 'Not connected' }, connection, offline);
  if (sidecar?.state === 'stopped') {
    return {
      ...plain(input, { ...STOPPED, verdict: 'Stopped' }, 'stopped', sidecar.message),
      offerTab: sidecar.canRestart,
    };
  }
  if (sidecar?.state === 'starting' || sidecar?.state === 'restarting') {
    return plain(input, { ...WAITING, verdict: 'Starting' }, 'starting', sidecar.message);
  }
  if (reading?.ok === false && reading.reason === 'no-sense') {
    return plain(input, lookOf(headlineOfStatus('bad-settings')), 'bad-settings', reading.message);
  }
  if (reading?.ok === false) {
    return plain(
      input,
      { tone: 'neutral', icon: 'question', verdict: 'No image yet' },
      'no-image',
      'Resize by multiplies the size of the image: choose one.',
    );
  }
  if (result === null || connection === 'connecting') {
    return plain(input, { ...WAITING, verdict: 'Connecting' }, 'connecting', 'Waiting for the estimate.');
  }
  return result.status === 'estimated' ? fromEstimate(input, result) : fromStatus(input, result);
}
