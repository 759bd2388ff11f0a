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
import { formatDuration, formatInterval, formatMiB, formatSettings, formatSize, MIB_PER_GIB } from './amounts.ts';
import { noEstimateInWords } from './estimate.ts';

export const REMEDY: string = 'Remedy';
export const NO_REMEDY: string =
  'Nothing that Headroom knows the effect of is enough, not even three changes together.';
export const NO_SAVING: string = 'Nothing that Headroom knows the effect of would save anything worth it.';
export const NOT_KNOWN_HERE: string = 'Not known';
export const LARGEST: string = 'Largest';
export const LARGEST_BATCH: string = 'Batch';
export const LARGEST_HIRES: string = 'Hires fix';
export const NONE_FITS: string = 'none fits';
export const FLAGS_HEADINGS: readonly string[] = ['attention', 'mode', 'VAE', 'required', 'peak', 'here'];
export const VAE_WIDTHS: Readonly<Record<'half' | 'float', string>> = { half: '16 bits', float: '32 bits' };
export const NO_NETWORKS: string =
  'The networks of this set-up are not known well enough to tell what would be if it were changed.';

/** In the tab. */
export const WHAT_FITS: string = 'What fits';
export const ABOUT_WHAT_FITS: string =
  'The largest of each shape, width to height, that is sure to fit with the memory that is free now.';
/** Behind that. `turnsHires`: what a click makes of hires fix; null where it stays as it is. */
export function clickOnSizeInWords(turnsHires: 'on' | 'off' | null): string {
  return `A click on a size sets it${turnsHires === null ? '' : ` and turns hires fix ${turnsHires}`}.`;
}

/** Of a click on a size, what it does. */
export function sizeToSetInWords(
  tab: string,
  settings: Parameters<typeof formatSettings>[0],
  turnsHires: 'on' | 'off' | null,
): string {
  const first = turnsHires === null ? 'Set' : `Turn hires fix ${turnsHires} and set`;
  return `${first} ${tab} to ${formatSettings(settings)}`;
}

/** What it has done. */
export function sizeSetInWords(tab: string, settings: Parameters<typeof formatSettings>[0]): string {
  return `${tab} now stands at ${formatSettings(settings)}.`;
}
export const BACK_TO_TXT2IMG: string = 'Back to txt2img';
export const TABLE_OF_SIZES: string = 'Table of sizes';
export const TABLE_OF_FLAGS: string = 'Table of flags';
export const WHAT_IF: string = 'What if';
export const ABOUT_WHAT_IF: string =
  'The settings on txt2img under other flags of the WebUI, and on cards of other sizes.';
export const COMPARE_FLAGS: string = 'Compare flags';
export const WORKING_IT_OUT: string = 'Working it out.';
export const NO_ANSWER_NOW: string = 'Headroom does not answer at the moment.';
export const NO_SETTINGS: string = 'The settings on txt2img make no sense yet.';

/** Below the table of flags, of attention for which it is tight for this alone. */
export function slicesMayNotFitInWords(attentions: readonly string[]): string {
  return (
    `With ${attentions.join(' and ')} attention a larger card may be tight where a smaller one fits: it takes as large ` +
    'pieces as what is free allows, and just there they may find no room beside what else is kept.'
  );
}

const EDGES: Readonly<Record<Phase, string>> = {
  encode: 'encoding the first picture needs the most.',
  sampling: 'sampling needs the most; attention that takes less reaches further (What if).',
  upscale: 'upscaling needs the most; another upscaler may reach further.',
  hires_sampling: 'the second pass of sampling needs the most; attention that takes less reaches further (What if).',
  decode: 'decoding it needs the most; a tiled VAE reaches further.',
};

/** What keeps a square picture alone from being larger. */
export function edgeInWords(phase: Phase): string {
  return `What limits one picture on this card: ${EDGES[phase]}`;
}

export function changeInWords(change: AdvisedChange): string {
  switch (change.code) {
    case 'smaller-size':
      return `Make it smaller: ${formatSettings(change.settings)}.`;
    case 'smaller-hires':
      return `Let hires fix make it less large: ${formatSettings(change.settings)}.`;
    case 'smaller-batch':
      return `Set the batch size to ${change.batchSize} and make ${change.times} times as many batches.`;
    case 'other-upscaler':
      return `Choose ${change.upscaler} as the upscaler of hires fix.`;
    case 'attention':
      return `Let attention be computed by ${change.to}.`;
    case 'vram-mode':
      return change.to === 'lowvram'
        ? 'Start the WebUI with --lowvram: the denoising network comes onto the card block by block.'
        : 'Start the WebUI with --medvram: only the network that computes is on the card.';
    case 'fp8-weights':
      return 'Keep the weights in 8 bits (FP8).';
    case 'half':
      return 'Compute in 16 bits.';
    case 'half-vae':
      return 'Let the VAE compute in 16 bits.';
    case 'prompts-apart':
      return 'Compute prompt and negative prompt one after the other.';
    case 'light-preview':
      return 'Let live previews be approximate: a full one has the VAE at work between the steps.';
    case 'unload-checkpoints':
      return `Keep one checkpoint loaded: others take ${formatMiB(change.keptMiB)}.`;
    case 'close-program':
      return `Close ${change.name}: it has ${formatMiB(change.usedMiB)}.`;
  }
}

/** How it is done; null where the change says it. */
export function appliedInWords(applied: Applied): string | null {
  switch (applied.kind) {
    case 'option':
    case 'saved-option':
      return `Set the option ${applied.name} to "${applied.value}" under Settings.`;
    case 'flag':
      return flagsInWords(applied);
    case 'sliders':
    case 'action':
      return null;
  }
}

function flagsInWords({ add, remove }: Extract<Applied, { kind: 'flag' }>): string {
  const file = 'COMMANDLINE_ARGS of webui-user.bat (webui-user.sh)';
  if (add.length === 0) return `Take ${remove.join(' ')} out of ${file}.`;
  const without = remove.length === 0 ? '' : `, and take out ${remove.join(' ')} if it is there`;
  return `Add ${add.join(' ')} to ${file}${without}.`;
}

const PICTURES: Readonly<Record<Picture, string>> = {
  same: 'the same picture',
  nearly: 'the same picture but for rounding',
  differs: 'another picture',
  smaller: 'a smaller picture',
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
  const time = seconds === null ? 'time not known' : timeInWords(seconds);
  const price = [...saves, time, PICTURES[picture], ...(restart ? ['restart needed'] : [])].join(', ');
  return `[${price}]`;
}

/** What is not sure to be saved is not told as if it were. */
function savingInWords({ valueMiB, lowMiB, highMiB }: NonNullable<Remedy['savesMiB']>): string {
  if (highMiB <= 0) return 'saves nothing';
  if (lowMiB <= 0) return `saves up to ${formatMiB(highMiB)}, perhaps nothing`;
  return `saves ${formatInterval({ valueMiB, lowMiB, highMiB })}`;
}

function stepInWords({ change, applied }: AdvisedStep): string {
  const how = appliedInWords(applied);
  return how === null ? changeInWords(change) : `${changeInWords(change)} ${how}`;
}

function timeInWords(seconds: number): string {
  if (Math.abs(seconds) < 0.1) return 'as fast';
  return `${formatDuration(Math.abs(seconds) * 1000)} ${seconds < 0 ? 'less' : 'more'}`;
}

const UNKNOWN_NAMES: Readonly<Record<UnknownRemedy['code'], string>> = {
  'smaller-size': 'a smaller size',
  'smaller-hires': 'a smaller hires factor',
  'smaller-batch': 'a smaller batch',
  'other-upscaler': 'another upscaler',
  attention: 'another attention',
  'vram-mode': '--medvram or --lowvram',
  'fp8-weights': 'weights in 8 bits',
  half: '16 bits',
  'half-vae': 'the VAE in 16 bits',
  'prompts-apart': 'prompts one after the other',
  'light-preview': 'an approximate live preview',
  'unload-checkpoints': 'one checkpoint alone',
  'close-program': 'closing programs',
  'tiled-vae': 'a tiled VAE',
  'token-merging': 'token merging',
  'expandable-segments': 'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True',
  'cudnn-benchmark': "cuDNN's trying of engines",
};

const WHY_UNKNOWN: Readonly<Record<UnknownRemedy['why'], string>> = {
  'not-replayed': 'its effect cannot be worked out',
  'not-told': 'this WebUI does not tell whether it has it',
  undone: 'the WebUI goes back on it where it has to',
  networks: 'the networks are not known',
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

/** "1408x1408", "base 704x704, enlarged to 1408x1408 ("Upscale by" 2)". */
export function largestSizeInWords(size: LargestSize | null): string {
  if (size === null || size.base === null) return sizeInWords(size);
  return `base ${sizeInWords(size.base)}, enlarged to ${sizeInWords(size)}${scaleInWords(size)}`;
}

/** Of this shape: "1408x1408 at batch size 1". */
export function largestAtBatchInWords(size: LargestSize | null, batchSize: number): string {
  if (size === null) return NONE_FITS;
  return `${largestSizeInWords(size)}${size.base === null ? '' : ','} at batch size ${batchSize}`;
}

/** "from this base 512x512 up to 1504x1504 ("Upscale by" 2.95)". */
export function fromThisBaseInWords(size: LargestSize | null): string {
  if (size === null) return NONE_FITS;
  return `from this base ${sizeInWords(size.base)} up to ${sizeInWords(size)}${scaleInWords(size)}`;
}

/** As the WebUI names the slider. */
function scaleInWords({ scale }: LargestSize): string {
  return scale === null ? '' : ` ("Upscale by" ${scale})`;
}

/** "8 at 512x512", "2 at 512x512 to 1024x1024". */
export function batchAtSizeInWords(batchSize: number | null, size: Size, target: Size | null): string {
  return batchSize === null ? NONE_FITS : `${batchSize} at ${formatSize(size, target)}`;
}

/** Of `max`'s table. */
export function batchHeading(batchSize: number): string {
  return `batch ${batchSize}`;
}

/** Of the table of flags. */
export function cardHeading(totalMiB: number): string {
  return `${totalMiB / MIB_PER_GIB} GB`;
}
