/** What the readout beside the sliders says. */
import type { AdvisedChange } from '../../../protocol/advice.ts';
import type { EstimateResult } from '../../../protocol/estimate.ts';
import type { Leak } from '../../../protocol/leak.ts';
import type { OptionSet } from '../../../protocol/options.ts';
import { formatMiB, formatShare, formatSize, withComma } from '../amounts.ts';
import { largestInWords, latelyInWords, spareInWords } from '../estimate.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;
type Label = 'VRAM' | 'RAM';

export const REQUIRED: string = 'Benötigt';
export const PEAK: string = 'Spitze';
/** The parts of what is required, as the bar shows them. */
export const THIS_PICTURE: string = 'Dieses Bild';
/** Gewichte und was der Treiber für ein Programm dazunimmt: mehr als die Gewichte allein. */
export const WEBUI_BEFORE: string = 'Die WebUI, bevor sie beginnt';
export const OTHERS: string = 'Andere';
export const THE_WEBUI: string = 'Die WebUI';
export const LIMITED_BY: string = 'Begrenzt durch';
export const MARGIN: string = 'Spielraum';
export const DRIFT: string = 'Abweichung';
export const LEAK: string = 'Leck';
export const DEVICE: string = 'Gerät';
export const NOTE: string = 'Hinweis';
export const WHY: string = 'Grund';

export const OPEN_HEADROOM: string = 'Headroom öffnen';
export const SIMULATED: string = 'simuliert';
export const NO_FIGURES: string = 'keine Zahlen';
export const DETAILS: string = 'Einzelheiten';

export const UNDO: string = 'Rückgängig';
export const ABOUT_UNDO: string = 'Zurückstellen, wie es war';
export const SETTING_THE_OPTION: string = 'Die WebUI stellt die Option ein.';

export const WILL_NOT_FIT_TITLE: string = 'Das passt nicht';
export const GENERATE_ANYWAY: string = 'Trotzdem generieren';
export const ALWAYS_FOR_THESE: string = 'Für diese Einstellungen nicht mehr fragen';
export const NEVER_ASK: string = 'Nie fragen';
export const ABOUT_NEVER_ASK: string = 'Im Tab Headroom lässt es sich wieder einschalten.';
export const WARN_AT_GENERATE: string = 'Vor einer Generierung fragen, die nicht passt';

export const NOT_CONNECTED: string = 'Nicht verbunden';
export const STOPPED: string = 'Angehalten';
export const STARTING: string = 'Startet';
export const CONNECTING: string = 'Verbindet sich';
export const WAITING_FOR_THE_ESTIMATE: string = 'Warten auf die Schätzung.';
export const NO_IMAGE_YET: string = 'Noch kein Bild';
export const CHOOSE_AN_IMAGE: string = '"Resize by" vervielfacht die Größe des Bilds: eines wählen.';

export function readoutLabel(tab: 'txt2img' | 'img2img'): string {
  return `Speicherschätzung für ${tab}`;
}

/** Of all memory. */
export function inAll(label: Label): string {
  return `${label} insgesamt`;
}

/** The verdict is by what programs can have. */
export function totalInWords({ totalMiB, usableMiB }: Estimated): string {
  const [total, usable] = [formatMiB(totalMiB), formatMiB(usableMiB)];
  return total === usable ? total : `${total} (${usable} für Programme)`;
}

/** "Braucht 3,1 von 7,8 GiB": of what programs can have, by which the verdict is. */
export function needsInWords({ required, usableMiB }: Estimated, label: Label): string {
  return `Braucht ${formatShare(required.valueMiB, usableMiB)}${ofRam(label)}`;
}

/** The same where there is no estimate. */
export function usedInWords(usedMiB: number, totalMiB: number, label: Label): string {
  return `Belegt ${formatShare(usedMiB, totalMiB)}${ofRam(label)}`;
}

/** What is meant as a rule goes without saying. */
function ofRam(label: Label): string {
  return label === 'RAM' ? ' RAM' : '';
}

/** At the card's edge in the bar. */
export function edgeName(edgeMiB: number, label: Label): string {
  return `${label === 'RAM' ? label : 'Karte'} ${formatMiB(edgeMiB)}`;
}

/**
 * What is said of the verdict, a sentence. `leak`: what grows on the card from run to run; `offered`: a button names a
 * size already.
 */
export function verdictInWords(result: Estimated, leak: Leak | null, offered: boolean): string {
  const grows = leak === null ? null : `der belegte Speicher wächst um ${formatMiB(leak.perRunMiB)} pro Lauf`;
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
  'Für Extras hat Headroom keine Schätzung: Was Upscaler und Face Restorer brauchen, wird nicht gemessen.';

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
  const what = value === null ? 'ist leer' : `kann nicht ${withComma(String(value))} sein`;
  return `"${FIELDS[field]}" ${what}: Dafür lässt sich nichts schätzen.`;
}

const OFFLINE = {
  gone: 'Die WebUI antwortet nicht. Die Seite neu laden, sobald sie wieder läuft.',
  'logged-out': 'Die WebUI verlangt eine Anmeldung. Die Seite neu laden und anmelden.',
  refused:
    'Die WebUI läuft, lehnt aber die Verbindung dieser Seite ab: Ihre Konsole sagt, warum. Sagt sie nichts, lässt ein ' +
    'Proxy davor keine WebSockets durch.',
};

export function offlineInWords(why: keyof typeof OFFLINE): string {
  return OFFLINE[why];
}

/** Asked at Generate. */
export function willNotFitInWords({ required, usableMiB }: Estimated, label: Label): string {
  return (
    `Es braucht mindestens ${formatShare(required.lowMiB, usableMiB)} ${label}. ` +
    'Höchstwahrscheinlich würde es mit einem Speicherfehler enden.'
  );
}

export function andGenerate(offer: string): string {
  return `${offer}, dann generieren`;
}

const NOT_SET: Readonly<Record<Extract<OptionSet, { ok: false }>['reason'], string>> = {
  unknown: 'Nichts wurde geändert: diese WebUI hat keine solche Option.',
  'no-choice': 'Nichts wurde geändert: diese WebUI bietet diese Wahl nicht an.',
  changed: 'Es bleibt, wie es ist: jemand hat es seither geändert.',
  refused: 'Nichts wurde geändert: die WebUI lässt diese Option, wie sie ist (gesperrt oder verborgen).',
  failed: 'Nichts wurde geändert: der WebUI gelang es nicht. Seine Konsole sagt, warum.',
  busy: 'Nichts wurde geändert: die WebUI arbeitet. Danach noch einmal versuchen.',
  'no-webui': 'Die WebUI hat nicht geantwortet. Seine Einstellungen sagen, ob die Option gesetzt ist.',
};

/** Why an option is not set, a sentence. */
export function optionNotSetInWords(reason: keyof typeof NOT_SET): string {
  return NOT_SET[reason];
}

/** On a button; null for what no click does. */
export function offerInWords(change: AdvisedChange): string | null {
  switch (change.code) {
    case 'smaller-size':
      return `${formatSize(change.settings, change.settings.hires)} nehmen`;
    case 'smaller-hires':
      return change.settings.hires === null ? null : `Hires fix auf ${formatSize(change.settings.hires)}`;
    case 'smaller-batch':
      return `Batch ${change.batchSize}, ${change.times}-mal`;
    case 'other-upscaler':
      return `Mit ${change.upscaler} hochskalieren`;
    case 'attention':
      return `Attention ${change.to} nehmen`;
    case 'light-preview':
      return 'Leichtere Live-Vorschau';
    case 'prompts-apart':
      return 'Prompts nacheinander';
    case 'fp8-weights':
      return 'Gewichte in 8 Bit';
    default:
      return null;
  }
}
