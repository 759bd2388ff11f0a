/** What is told of remedies, of the largest that fits, and of flags. A sentence a remedy. */
import type {
  AdvisedChange,
  AdvisedStep,
  AdviceResult,
  Applied,
  LargestSize,
  Picture,
  Remedy,
  UnknownRemedy,
} from '../../protocol/advice.ts';
import type { Phase } from '../../protocol/settings.ts';
import {
  formatDuration,
  formatInterval,
  formatMiB,
  formatSettings,
  formatSize,
  MIB_PER_GIB,
  withComma,
} from './amounts.ts';
import { noEstimateInWords } from './estimate.ts';

export const REMEDY: string = 'Abhilfe';
export const NO_REMEDY: string =
  'Nichts, dessen Wirkung Headroom kennt, reicht aus, auch nicht drei Änderungen zusammen.';
export const NO_SAVING: string = 'Nichts, dessen Wirkung Headroom kennt, würde nennenswert sparen.';
export const NOT_KNOWN_HERE: string = 'Unbekannt';
export const LARGEST: string = 'Größtes Bild';
export const LARGEST_BATCH: string = 'Batch-Größe';
export const LARGEST_HIRES: string = 'Mit Hires fix';
export const NONE_FITS: string = 'keine passt';
export const FLAGS_HEADINGS: readonly string[] = ['Attention', 'Modus', 'VAE-Bits', 'benötigt', 'Spitze', 'hier'];
export const VAE_WIDTHS: Readonly<Record<'half' | 'float', string>> = { half: '16 Bit', float: '32 Bit' };
export const NO_NETWORKS: string =
  'Die Netze dieser Konfiguration sind nicht gut genug bekannt, um zu sagen, was eine Änderung bewirken würde.';

/** In the tab. */
export const WHAT_FITS: string = 'Was passt';
export const ABOUT_WHAT_FITS: string =
  'Das größte Bild jedes Formats (Breite zu Höhe), das mit dem jetzt freien Speicher sicher passt.';
/** Behind that. `turnsHires`: what a click makes of hires fix; null where it stays as it is. */
export function clickOnSizeInWords(turnsHires: 'on' | 'off' | null): string {
  const hires = { on: ' und schaltet Hires fix ein', off: ' und schaltet Hires fix aus' };
  return `Ein Klick auf eine Größe stellt sie ein${turnsHires === null ? '' : hires[turnsHires]}.`;
}

/** Of a click on a size, what it does. */
export function sizeToSetInWords(
  tab: string,
  settings: Parameters<typeof formatSettings>[0],
  turnsHires: 'on' | 'off' | null,
): string {
  const hires = { on: 'Hires fix einschalten und ', off: 'Hires fix ausschalten und ' };
  return `${turnsHires === null ? '' : hires[turnsHires]}${tab} auf ${formatSettings(settings)} stellen`;
}

/** What it has done. */
export function sizeSetInWords(tab: string, settings: Parameters<typeof formatSettings>[0]): string {
  return `${tab} steht jetzt auf ${formatSettings(settings)}.`;
}
export const BACK_TO_TXT2IMG: string = 'Zurück zu txt2img';
export const TABLE_OF_SIZES: string = 'Tabelle der Größen';
export const TABLE_OF_FLAGS: string = 'Tabelle der Startoptionen';
export const WHAT_IF: string = 'Was wäre, wenn';
export const ABOUT_WHAT_IF: string =
  'Die Einstellungen in txt2img unter anderen Startoptionen der WebUI und auf Karten anderer Größe.';
export const COMPARE_FLAGS: string = 'Startoptionen vergleichen';
export const WORKING_IT_OUT: string = 'Wird berechnet.';
export const NO_ANSWER_NOW: string = 'Headroom antwortet im Moment nicht.';
export const NO_SETTINGS: string = 'Die Einstellungen in txt2img sind noch nicht sinnvoll.';

/** Unter der Tabelle der Flags, zu Attention, bei der es allein deshalb knapp ist. */
export function slicesMayNotFitInWords(attentions: readonly string[]): string {
  return (
    `Mit der Attention ${attentions.join(' und ')} kann es auf einer größeren Karte knapp sein, wo es auf eine ` +
    'kleinere passt: Sie nimmt so große Stücke, wie der freie Speicher erlaubt, und gerade dort finden sie neben ' +
    'allem Übrigen vielleicht keinen Platz.'
  );
}

const EDGES: Readonly<Record<Phase, string>> = {
  encode: 'Das Kodieren des Ausgangsbilds braucht am meisten.',
  sampling: 'Das Sampling braucht am meisten; eine sparsamere Attention reicht weiter (Was wäre, wenn).',
  upscale: 'Das Upscaling braucht am meisten; ein anderer Upscaler reicht vielleicht weiter.',
  hires_sampling:
    'Der zweite Durchgang des Samplings braucht am meisten; eine sparsamere Attention reicht weiter (Was wäre, wenn).',
  decode: 'Das Dekodieren braucht am meisten; Tiled VAE reicht weiter.',
};

/** What keeps a square picture alone from being larger. */
export function edgeInWords(phase: Phase): string {
  return `Was ein einzelnes Bild auf dieser Karte begrenzt: ${EDGES[phase]}`;
}

export function changeInWords(change: AdvisedChange): string {
  switch (change.code) {
    case 'smaller-size':
      return `Verkleinern: ${formatSettings(change.settings)}.`;
    case 'smaller-hires':
      return `Mit Hires fix weniger vergrößern: ${formatSettings(change.settings)}.`;
    case 'smaller-batch':
      return `Die Batch-Größe auf ${change.batchSize} stellen und ${change.times}-mal so viele Batches generieren.`;
    case 'other-upscaler':
      return `${change.upscaler} als Upscaler von Hires fix wählen.`;
    case 'attention':
      return `Als Attention ${change.to} wählen.`;
    case 'vram-mode':
      return change.to === 'lowvram'
        ? 'Die WebUI mit --lowvram starten: Das Denoising-Netz kommt Block für Block auf die Karte.'
        : 'Die WebUI mit --medvram starten: Nur das Netz, das gerade rechnet, ist auf der Karte.';
    case 'fp8-weights':
      return 'Die Gewichte in 8 Bit halten (FP8).';
    case 'half':
      return 'Mit 16 Bit rechnen.';
    case 'half-vae':
      return 'Den VAE mit 16 Bit rechnen lassen.';
    case 'prompts-apart':
      return 'Prompt und Negative Prompt nacheinander berechnen.';
    case 'light-preview':
      return 'Die Live-Vorschau ungefähr halten: Für eine volle arbeitet der VAE zwischen den Schritten.';
    case 'unload-checkpoints':
      return `Nur einen Checkpoint geladen lassen: Die anderen belegen ${formatMiB(change.keptMiB)}.`;
    case 'close-program':
      return `${change.name} schließen: Es belegt ${formatMiB(change.usedMiB)}.`;
  }
}

/** How it is done; null where the change says it. */
export function appliedInWords(applied: Applied): string | null {
  switch (applied.kind) {
    case 'option':
    case 'saved-option':
      return `Die Option ${applied.name} unter Settings auf "${applied.value}" stellen.`;
    case 'flag':
      return flagsInWords(applied);
    case 'sliders':
    case 'action':
      return null;
  }
}

function flagsInWords({ add, remove }: Extract<Applied, { kind: 'flag' }>): string {
  const file = 'COMMANDLINE_ARGS von webui-user.bat (webui-user.sh)';
  if (add.length === 0) return `${remove.join(' ')} aus ${file} entfernen.`;
  const without = remove.length === 0 ? '' : ` und ${remove.join(' ')} entfernen, falls vorhanden`;
  return `${add.join(' ')} in ${file} eintragen${without}.`;
}

const PICTURES: Readonly<Record<Picture, string>> = {
  same: 'dasselbe Bild',
  nearly: 'dasselbe Bild bis auf Rundung',
  differs: 'ein anderes Bild',
  smaller: 'ein kleineres Bild',
};

/** All of its steps, then its price. */
export function remedyInWords({ steps, savesMiB, seconds, picture, restart }: Remedy): string {
  const saves = savesMiB === null ? [] : [savingInWords(savesMiB)];
  return `${steps.map(stepInWords).join(' ')} ${priceInWords(saves, { seconds, picture, restart })}`;
}

/** What stands behind a remedy. */
export function priceInWords(
  saves: readonly string[],
  { seconds, picture, restart }: Pick<Remedy, 'seconds' | 'picture' | 'restart'>,
): string {
  const time = seconds === null ? 'Dauer unbekannt' : timeInWords(seconds);
  const price = [...saves, time, PICTURES[picture], ...(restart ? ['Neustart nötig'] : [])].join(', ');
  return `[${price}]`;
}

/** What is not sure to be saved is not told as if it were. */
function savingInWords({ valueMiB, lowMiB, highMiB }: NonNullable<Remedy['savesMiB']>): string {
  if (highMiB <= 0) return 'spart nichts';
  if (lowMiB <= 0) return `spart bis zu ${formatMiB(highMiB)}, vielleicht nichts`;
  return `spart ${formatInterval({ valueMiB, lowMiB, highMiB })}`;
}

function stepInWords({ change, applied }: AdvisedStep): string {
  const how = appliedInWords(applied);
  return how === null ? changeInWords(change) : `${changeInWords(change)} ${how}`;
}

function timeInWords(seconds: number): string {
  if (Math.abs(seconds) < 0.1) return 'gleich schnell';
  return `${formatDuration(Math.abs(seconds) * 1000)} ${seconds < 0 ? 'weniger' : 'mehr'}`;
}

const UNKNOWN_NAMES: Readonly<Record<UnknownRemedy['code'], string>> = {
  'smaller-size': 'eine kleinere Größe',
  'smaller-hires': 'ein kleinerer Faktor bei Hires fix',
  'smaller-batch': 'eine kleinere Batch-Größe',
  'other-upscaler': 'ein anderer Upscaler',
  attention: 'eine andere Attention',
  'vram-mode': '--medvram oder --lowvram',
  'fp8-weights': 'Gewichte in 8 Bit',
  half: '16 Bit',
  'half-vae': 'der VAE mit 16 Bit',
  'prompts-apart': 'Prompts nacheinander',
  'light-preview': 'eine ungefähre Live-Vorschau',
  'unload-checkpoints': 'nur ein Checkpoint',
  'close-program': 'Programme schließen',
  'tiled-vae': 'Tiled VAE',
  'token-merging': 'Token Merging',
  'expandable-segments': 'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True',
  'cudnn-benchmark': 'dass cuDNN seine Verfahren ausprobiert',
};

const WHY_UNKNOWN: Readonly<Record<UnknownRemedy['why'], string>> = {
  'not-replayed': 'die Wirkung lässt sich nicht berechnen',
  'not-told': 'diese WebUI sagt nicht, ob sie das hat',
  undone: 'die WebUI nimmt es zurück, wo sie muss',
  networks: 'die Netze sind unbekannt',
};

/** What may help, without a figure. */
export function unknownInWords(unknown: readonly UnknownRemedy[]): string {
  return unknown.map(({ code, why }) => `${UNKNOWN_NAMES[code]} (${WHY_UNKNOWN[why]})`).join(', ');
}

export function noAdviceInWords({ why }: Extract<AdviceResult, { about: 'nothing' }>): string {
  return why.code === 'unknown-networks' ? NO_NETWORKS : noEstimateInWords(why);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export function sizeInWords(size: Size | null): string {
  return size === null ? NONE_FITS : `${size.width}x${size.height}`;
}

/** "1408x1408", "Ausgangsgröße 704x704, vergrößert auf 1408x1408 (mit "Upscale by" 2)". */
export function largestSizeInWords(size: LargestSize | null): string {
  if (size === null || size.base === null) return sizeInWords(size);
  return `Ausgangsgröße ${sizeInWords(size.base)}, vergrößert auf ${sizeInWords(size)}${scaleInWords(size)}`;
}

/** Of this shape: "1408x1408 bei Batch-Größe 1". */
export function largestAtBatchInWords(size: LargestSize | null, batchSize: number): string {
  if (size === null) return NONE_FITS;
  return `${largestSizeInWords(size)}${size.base === null ? '' : ','} bei Batch-Größe ${batchSize}`;
}

/** "von dieser Ausgangsgröße 512x512 bis 1504x1504 (mit "Upscale by" 2,95)". */
export function fromThisBaseInWords(size: LargestSize | null): string {
  if (size === null) return NONE_FITS;
  return `von dieser Ausgangsgröße ${sizeInWords(size.base)} bis ${sizeInWords(size)}${scaleInWords(size)}`;
}

/** As the WebUI names the slider. */
function scaleInWords({ scale }: LargestSize): string {
  return scale === null ? '' : ` (mit "Upscale by" ${withComma(String(scale))})`;
}

/** "8 bei 512x512", "2 bei 512x512 auf 1024x1024". */
export function batchAtSizeInWords(batchSize: number | null, size: Size, target: Size | null): string {
  return batchSize === null ? NONE_FITS : `${batchSize} bei ${formatSize(size, target)}`;
}

/** Of `max`'s table. */
export function batchHeading(batchSize: number): string {
  return `Batch ${batchSize}`;
}

/** Of the table of flags. */
export function cardHeading(totalMiB: number): string {
  return `${withComma(String(totalMiB / MIB_PER_GIB))} GB`;
}
