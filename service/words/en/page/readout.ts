/** What the readout beside the sliders says. */
import type { AdvisedChange } from '../../../protocol/advice.ts';
import type { EstimateResult } from '../../../protocol/estimate.ts';
import type { Leak } from '../../../protocol/leak.ts';
import type { OptionSet } from '../../../protocol/options.ts';
import { formatMiB, formatShare, formatSize } from '../amounts.ts';
import { largestInWords, latelyInWords, spareInWords } from '../estimate.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Label = 'VRAM' | 'RAM';

export const REQUIRED: string = 'Required';
export const PEAK: string = 'Peak';
/** The parts of what is required, as the bar shows them. */
export const THIS_PICTURE: string = 'This picture';
/** Weights, and what the driver adds for a program: more than the weights by themselves. */
export const WEBUI_BEFORE: string = 'The WebUI before it begins';
export const OTHERS: string = 'Others';
export const THE_WEBUI: string = 'The WebUI';
export const LIMITED_BY: string = 'Limited by';
export const MARGIN: string = 'Margin';
export const DRIFT: string = 'Drift';
export const LEAK: string = 'Leak';
export const DEVICE: string = 'Device';
export const NOTE: string = 'Note';
export const WHY: string = 'Why';

export const OPEN_HEADROOM: string = 'Open Headroom';
export const SIMULATED: string = 'simulated';
export const NO_FIGURES: string = 'no figures';
export const DETAILS: string = 'Details';

export const UNDO: string = 'Undo';
export const ABOUT_UNDO: string = 'Put it back as it was';
export const SETTING_THE_OPTION: string = 'The WebUI sets the option.';

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

/** "Needs 3.1 of 7.8 GiB": of what programs can have, by which the verdict is. */
export function needsInWords({ required, usableMiB }: Estimated, label: Label): string {
  return `Needs ${formatShare(required.valueMiB, usableMiB)}${ofRam(label)}`;
}

/** The same where there is no estimate. */
export function usedInWords(usedMiB: number, totalMiB: number, label: Label): string {
  return `In use ${formatShare(usedMiB, totalMiB)}${ofRam(label)}`;
}

/** What is meant as a rule goes without saying. */
function ofRam(label: Label): string {
  return label === 'RAM' ? ' RAM' : '';
}

/** At the card's edge in the bar. */
export function edgeName(edgeMiB: number, label: Label): string {
  return `${label === 'RAM' ? label : 'card'} ${formatMiB(edgeMiB)}`;
}

/**
 * What is said of the verdict, a sentence. `leak`: what grows on the card from run to run; `offered`: a button names a
 * size already.
 */
export function verdictInWords(result: Estimated, leak: Leak | null, offered: boolean): string {
  const grows = leak === null ? null : `memory in use grows by ${formatMiB(leak.perRunMiB)} a run`;
  // Both stand among the details.
  const uncertain = latelyInWords(result) ?? grows;
  // Two sizes are long.
  const isLeftOut = result.largest?.hires && (offered || uncertain !== null);
  const largest = isLeftOut ? null : largestInWords(result);
  const parts = [spareInWords(result), largest, uncertain];
  return `${parts.filter((part) => part !== null).join('; ')}.`;
}

/** The same in its shortest form, where something else is said before it. */
export function spareTold(result: Estimated): string {
  return `${spareInWords(result)}.`;
}

/** In the tab Extras. */
export const NO_ESTIMATE_FOR_EXTRAS: string =
  'Headroom has no estimate for Extras: what upscalers and face restorers take is not measured.';

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
    `It needs at least ${formatShare(required.lowMiB, usableMiB)} ${label}. ` +
    'It would most likely end with an out-of-memory error.'
  );
}

export function andGenerate(offer: string): string {
  return `${offer}, then generate`;
}

const NOT_SET: Readonly<Record<Extract<OptionSet, { ok: false }>['reason'], string>> = {
  unknown: 'Nothing was changed: this WebUI has no such option.',
  'no-choice': 'Nothing was changed: this WebUI does not offer that choice.',
  changed: 'It was left as it is: somebody has changed it since.',
  refused: 'Nothing was changed: the WebUI keeps this option as it is (frozen or hidden).',
  failed: 'Nothing was changed: the WebUI failed at it. Its console says why.',
  busy: 'Nothing was changed: the WebUI is at work. Try again after that.',
  'no-webui': 'The WebUI did not answer. Its settings page says whether the option is set.',
};

/** Why an option is not set, a sentence. */
export function optionNotSetInWords(reason: keyof typeof NOT_SET): string {
  return NOT_SET[reason];
}

/** On a button; null for what no click does. */
export function offerInWords(change: AdvisedChange): string | null {
  switch (change.code) {
    case 'smaller-size':
      return `Use ${formatSize(change.settings, change.settings.hires)}`;
    case 'smaller-hires':
      return change.settings.hires === null ? null : `Hires fix to ${formatSize(change.settings.hires)}`;
    case 'smaller-batch':
      return `Batch ${change.batchSize}, ${change.times} times`;
    case 'other-upscaler':
      return `Upscale by ${change.upscaler}`;
    case 'attention':
      return `Use ${change.to} attention`;
    case 'light-preview':
      return 'Lighter live preview';
    case 'prompts-apart':
      return 'Prompts one by one';
    case 'fp8-weights':
      return 'Weights in 8 bits';
    default:
      return null;
  }
}
