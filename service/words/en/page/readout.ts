/** What the readout beside the sliders says. */
import type { AdvisedChange } from '../../../protocol/advice.ts';
import type { EstimateResult } from '../../../protocol/estimate.ts';
import { formatMaybeMiB, formatMiB } from '../amounts.ts';
import { PHASE_NAMES } from '../names.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Label = 'VRAM' | 'RAM';

export const REQUIRED: string = 'Required';
export const PEAK: string = 'Peak';
export const IN_USE_BY_OTHERS: string = 'In use by others';
export const IN_USE_BY_THE_WEBUI: string = 'In use by the WebUI';
export const LIMITED_BY: string = 'Limited by';
export const MARGIN: string = 'Margin';
export const DRIFT: string = 'Drift';
export const DEVICE: string = 'Device';
export const NOTE: string = 'Note';
export const WHY: string = 'Why';

export const OPEN_HEADROOM: string = 'Open Headroom';
export const SIMULATED: string = 'simulated';
export const NO_FIGURES: string = 'no figures';
export const BENCHMARK_AGAIN: string = 'run the benchmark again';

export const UNDO: string = 'Undo';
export const ABOUT_UNDO: string = 'Put the sliders back as they were';

export const WILL_NOT_FIT_TITLE: string = 'This will not fit';
export const GENERATE_ANYWAY: string = 'Generate anyway';
export const ALWAYS_FOR_THESE: string = 'Do not ask again for these settings';
export const NEVER_ASK: string = 'Never ask';
export const ABOUT_NEVER_ASK: string = 'It can be switched on again in the Headroom tab.';
export const WARN_AT_GENERATE: string = 'Ask before a generation that will not fit';

export const NOT_CONNECTED: string = 'Not connected';
export const STOPPED: string = 'Stopped';
export const STARTING: string = 'Starting';
export const CONNECTING: string = 'Connecting';
export const WAITING_FOR_THE_ESTIMATE: string = 'Waiting for the estimate.';
export const NO_IMAGE_YET: string = 'No image yet';
export const CHOOSE_AN_IMAGE: string = 'Resize by multiplies the size of the image: choose one.';

export function readoutLabel(tab: 'txt2img' | 'img2img'): string {
  return `Memory estimate, ${tab}`;
}

/** Of all memory. */
export function inAll(label: Label): string {
  return `${label} in all`;
}

/** The verdict is by what programs can have. */
export function totalInWords({ totalMiB, usableMiB }: Estimated): string {
  const [total, usable] = [formatMiB(totalMiB), formatMiB(usableMiB)];
  return total === usable ? total : `${total} (${usable} for programs)`;
}

/** One line, which breaks between its parts alone. */
export function figuresOf({ required, peak, totalMiB }: Estimated, label: Label): string[] {
  const needed = `required ${formatMiB(required.valueMiB)}`;
  const figures = isReached({ required, peak }) ? [`${needed} /`, `peak ${formatMiB(peak.valueMiB)}`] : [needed];
  return [...figures, `of ${formatMiB(totalMiB)} ${label}`];
}

/** What ends before it has what it needs never shows a peak of its own: a figure below what is required would puzzle. */
function isReached({ required, peak }: Pick<Estimated, 'required' | 'peak'>): boolean {
  return peak.valueMiB >= required.valueMiB;
}

/** The same where there is no estimate. */
export function usedOf(usedMiB: number | null, totalMiB: number, label: Label): string[] {
  return [`in use ${formatMaybeMiB(usedMiB)}`, `of ${formatMiB(totalMiB)} ${label}`];
}

export function limitedInWords({ limitingPhase }: Estimated): string {
  return `limited by ${PHASE_NAMES[limitingPhase]}`;
}

/** Read aloud. `besides`: what is said of the verdict. */
export function estimateAloud(
  verdict: string,
  { required, peak, totalMiB }: Estimated,
  label: Label,
  besides: readonly string[],
): string {
  const peaks = isReached({ required, peak }) ? `, peak ${formatMiB(peak.valueMiB)}` : '';
  const figures = `required ${formatMiB(required.valueMiB)}${peaks} of ${formatMiB(totalMiB)} ${label}`;
  return `${verdict}: ${figures}, ${besides.join(', ')}.`;
}

/** As the WebUI calls them. */
const FIELDS = {
  width: 'Width',
  height: 'Height',
  batchSize: 'Batch size',
  hiresScale: 'Upscale by',
  hiresResizeX: 'Resize width to',
  hiresResizeY: 'Resize height to',
};

/** Of a field that holds `value`, which no image can have; null where it is empty. */
export function noSenseInWords(field: keyof typeof FIELDS, value: number | null): string {
  const what = value === null ? 'is empty' : `${value} makes no sense`;
  return `${FIELDS[field]} ${what}: nothing can be estimated for it.`;
}

const OFFLINE = {
  gone: 'The WebUI does not answer. Reload the page once it runs again.',
  'logged-out': 'The WebUI wants a login. Reload the page and log in.',
  refused:
    "The WebUI runs but refuses this page's connection: its console says why. If it does not, a proxy in front " +
    'of it lets no WebSockets through.',
};

export function offlineInWords(why: keyof typeof OFFLINE): string {
  return OFFLINE[why];
}

/** Asked at Generate. */
export function willNotFitInWords({ required, usableMiB }: Estimated, label: Label): string {
  return (
    `It needs ${formatMiB(required.lowMiB)} at the least, and the card has ${formatMiB(usableMiB)} of ${label}. ` +
    'It would most likely end with an out-of-memory error.'
  );
}

export function andGenerate(offer: string): string {
  return `${offer}, then generate`;
}

/** On a button; null for what no slider does. */
export function offerInWords(change: AdvisedChange): string | null {
  switch (change.code) {
    case 'smaller-size':
      return `Use ${change.settings.width}x${change.settings.height}${targetInWords(change.settings.hires)}`;
    case 'smaller-hires':
      return `Hires fix${targetInWords(change.settings.hires)}`;
    case 'smaller-batch':
      return `Batch size ${change.batchSize}, ${change.times} times`;
    default:
      return null;
  }
}

function targetInWords(target: Readonly<Record<'width' | 'height', number>> | null): string {
  return target === null ? '' : ` to ${target.width}x${target.height}`;
}
