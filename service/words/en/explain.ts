/** What is told of an out-of-memory text. */
import type {
  BareRemedy,
  Cause,
  ErrorKind,
  ErrorPhase,
  ExplainedText,
  Layer,
  PricedFor,
  Pricing,
  TextRemedy,
  ToldExplanation,
  ToldTensor,
  Unpriced,
} from '../../protocol/explanation.ts';
import { flagsOf, othersMiBIn, savesOfCard } from '../explained.ts';
import { priceInWords, remedyInWords } from './advice.ts';
import { formatSettings, MIB_PER_GIB } from './amounts.ts';
import { OPERATION_NAMES } from './names.ts';

export const NOT_AN_ERROR: string =
  'This text holds no out-of-memory error that can be read. Paste the lines from "Traceback" to the error, or ' +
  'the line with "out of memory" in it.';
/** In the tab. */
export const EXPLAIN: string = 'Explain an error';
export const ERROR_TEXT: string = 'Error text';
export const PASTE_AN_ERROR: string = 'Paste an out-of-memory error, from the console or from below a picture.';
export const EXPLAIN_IT: string = 'Explain';
export const NO_ERROR_THERE: string = 'Nothing found';
/** Of a log. */
export const CUT_TEXT: string = 'only the last 16 MiB of the text were read, for it is longer.';

export const WAITS_FOR_TEXT: string =
  'Paste the error text, then end it with Ctrl-D (on Windows Ctrl-Z and Enter). Or name a file: headroom explain FILE.';

const KINDS: Readonly<Record<ErrorKind, string>> = {
  cuda: 'The graphics card ran out of memory (CUDA).',
  hip: 'The graphics card ran out of memory (HIP, AMD).',
  xpu: 'The graphics card ran out of memory (XPU, Intel).',
  mps: 'PyTorch reached its limit on the memory of this Mac (MPS).',
  directml: 'The graphics card ran out of memory (DirectML).',
  'host-ram': 'The computer ran out of memory: its RAM, not that of the card.',
  'webui-attention': "The WebUI's attention found too little free memory even in its smallest slices.",
  cublas: 'cuBLAS failed.',
  cudnn: 'cuDNN failed.',
  nan: 'The result was not a number anywhere (NaN).',
  unknown: 'Memory ran out; the text does not tell whose.',
};

const PHASES: Readonly<Record<ErrorPhase, string>> = {
  loading: 'while weights were loaded or moved',
  prompts: 'while the prompts were encoded',
  encode: 'while the image was encoded',
  sampling: 'while sampling',
  upscale: 'while upscaling for hires fix',
  hires_sampling: 'while sampling the second pass of hires fix',
  decode: 'while the image was decoded',
};

const LAYERS: Readonly<Record<Layer, string>> = {
  'self-attention scores': 'the score matrices of self-attention',
  'cross-attention scores': 'the score matrices of cross-attention',
  'autoencoder attention scores': "the score matrix of the autoencoder's attention",
  'attention part': 'a part of the result of attention',
  'attention accumulator': 'an accumulator of attention',
  'feed-forward': 'a feed-forward layer',
  'joined with skip': 'a feature map joined with its skip connection',
  'feature map': 'a feature map',
  pictures: 'pictures',
  latents: 'latents',
  prompts: 'what the prompts gave',
  'weights in another order': 'a copy of weights in another order',
};

/** Headed lines: what happened, the figures, the tensor, the cause. */
export function explanationInWords({
  reading,
  tensor,
  cause,
}: ToldExplanation): readonly (readonly [string, string])[] {
  const where = reading.phase === null ? '' : ` This was ${PHASES[reading.phase]}.`;
  const lines: (readonly [string, string])[] = [['Error', `${KINDS[reading.kind]}${where}`]];
  const figures = figuresInWords(reading);
  if (figures !== '') lines.push(['Figures', figures]);
  if (tensor !== null) lines.push(['Tensor', tensorInWords(tensor)]);
  lines.push(['Cause', causeInWords(cause)]);
  if (reading.errors > 1)
    lines.push(['Note', `The text holds ${reading.errors} errors: the last of those with the most figures was read.`]);
  return lines;
}

/** The same of a pasted text, and what helps, a line each. */
export function explainedInWords(told: ExplainedText): readonly (readonly [string, string])[] {
  const helps = told.remedies.map((one) => ['What helps', textRemedyInWords(one)] as const);
  return [...explanationInWords(told), ...helps, ...pricingInWords(told.pricing)];
}

function pricingInWords(pricing: Pricing): readonly (readonly [string, string])[] {
  if (pricing.ok) return [['Price', pricedForInWords(pricing.value)]];
  const why = UNPRICED[pricing.reason];
  return why === null ? [] : [['Price', why]];
}

function pricedForInWords({ settings, family, attention, vramMode, unet, vae, assumed, own }: PricedFor): string {
  const flags = flagsOf({ vramMode, unet, vae });
  const setUp = [family, `${attention} attention`, flags.length === 0 ? 'no flag for memory' : flags.join(' ')];
  const notTold = [
    ...(assumed.length === 0 ? [] : [' The text names no attention: it is the one that the WebUI takes by itself.']),
    ...(own.length === 0
      ? []
      : [` Not in the text, so as in your WebUI: ${own.map((part) => PARTS[part]).join(', ')}.`]),
  ];
  return `For ${OPERATION_NAMES[settings.operation]} ${formatSettings(settings)}; ${setUp.join(', ')}. What saves from so much to so much is enough by itself.${notTold.join('')}`;
}

const PARTS: Readonly<Record<PricedFor['own'][number], string>> = {
  family: 'the kind of network',
  attention: 'the attention',
  flags: 'the flags',
};

/** null: nothing that more text would mend. */
const UNPRICED: Readonly<Record<Unpriced, string | null>> = {
  settings:
    'Not known: the text does not tell the size. Add the parameters of the picture ("Size: 512x768, ..."), ' +
    'or the line "Arguments:" of the console.',
  family:
    'Not known: the text does not tell the kind of network. Add the line "Creating model from config:" of ' +
    'the console.',
  flags:
    'Not known: the text does not tell how the WebUI was started. Add the line "Launching Web UI with ' +
    'arguments:" of the console.',
  figures: null,
  kind: null,
  'other-webui': 'Not known: this is another program, or has flags whose effect is not known.',
  networks: 'Not known: it is not known what these networks allocate with these flags.',
  fits:
    'Not known: as far as the text tells, these settings fit this card. Something else took memory, ' +
    'ControlNet for instance, or other settings failed.',
  'nothing-enough': 'Nothing whose effect is known is enough for these settings on this card.',
};

const TEXT_REMEDIES: Readonly<Record<BareRemedy['code'], string>> = {
  'close-programs': 'Close other programs, or other processes of this one.',
  'paging-file': 'Let Windows have a larger paging file, or close what takes RAM.',
  'raise-limit': "Raise the limit that was set on PyTorch's memory.",
  'expandable-segments': 'Set PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True before the WebUI starts.',
  'restart-webui': "Start the WebUI again: PyTorch's cache is then in one piece.",
  'vram-mode': 'Start the WebUI with --medvram: only the network that computes is on the card.',
  'tiled-vae': 'Let the VAE work in tiles (an extension, or an option of some WebUIs).',
  attention: 'Let attention be computed by sdp or xformers, if another is on: they keep no whole score matrices.',
  'smaller-hires': 'Let hires fix make it less large.',
  'smaller-size': 'Make it smaller, or fewer at once where the batch size is more than 1.',
  'float-vae': 'Start the WebUI with --no-half-vae: the VAE computes in 32 bits. It takes more memory of the card.',
  'revert-vae': 'Switch on "Automatically revert VAE to 32-bit floats" under Settings > VAE, where it is off.',
  'float-unet': 'Start the WebUI with --no-half: all computes in 32 bits. It takes about twice the memory of the card.',
  'upcast-attention': 'Switch on "Upcast cross attention layer to float32" under Settings > Stable Diffusion.',
  'fewer-checkpoints':
    'Keep one checkpoint in memory, where more are kept: "Maximum number of checkpoints loaded at the same time" 1 under Settings > Stable ' +
    'Diffusion.',
  tcmalloc:
    'Let TCMalloc be loaded (webui.sh does so where it is installed: libgoogle-perftools4 or gperftools): glibc does not ' +
    'give back all that was freed. "headroom doctor" says whether it is.',
};
function textRemedyInWords(remedy: TextRemedy): string {
  if (remedy.priced !== null) return remedyInWords(remedy.priced);
  const { code, savesMiB, picture, restart } = remedy;
  const saves = savesMiB === null ? 'saving not known' : `saves up to ${amount(savesMiB)}`;
  const price = savesOfCard(remedy) ? [saves] : [];
  return `${TEXT_REMEDIES[code]} ${priceInWords(price, { seconds: null, picture, restart })}`;
}

function figuresInWords(reading: ToldExplanation['reading']): string {
  const figures: readonly (readonly [string, number | null])[] = [
    ['asked for', reading.triedMiB],
    ['free', reading.freeMiB],
    ['in all', reading.totalMiB],
    ['in tensors', reading.allocatedMiB],
    ['reserved by PyTorch', reading.reservedMiB],
    ['by this process', reading.processMiB],
    ['by others', othersMiBIn(reading)],
    ['allowed', reading.capMiB],
  ];
  const told = figures.flatMap(([name, mib]) => (mib === null ? [] : [`${name} ${amount(mib)}`]));
  return told.join(', ');
}

export function tensorInWords(tensor: NonNullable<ToldExplanation['tensor']>): string {
  const [first, ...rest] = [tensor, ...tensor.others].map(nameInWords);
  if (tensor.certain) return `${first}.`;
  const others =
    rest.length === 0
      ? ''
      : `, or ${rest.slice(0, 3).join(', or ')}${rest.length > 3 ? `, or one of ${rest.length - 3} more` : ''}`;
  return `By its size it may be ${first}${others}.`;
}

function nameInWords({ layer, latent: [height, width], batch, slices, dtype }: ToldTensor): string {
  const cut = slices === 1 ? '' : `, in ${slices} slices`;
  return (
    `${LAYERS[layer]} at ${width}x${height} latents (${width * 8}x${height * 8} pixels), batch ${batch}, ` +
    `${dtype}${cut}`
  );
}

export function causeInWords(cause: Cause): string {
  switch (cause.code) {
    case 'fragmentation':
      return (
        `Fragmentation: with ${amount(cause.freeMiB)} free and ${amount(cause.unallocatedMiB)} unused in ` +
        "PyTorch's cache there was enough, but in pieces."
      );
    case 'other-program':
      return (
        `Another program, or another process of this one: ${amount(cause.othersMiB)} were neither free nor ` +
        "PyTorch's. Without it there would have been room for what was asked for."
      );
    case 'cap':
      return `A limit: PyTorch may have no more than ${amount(cause.capMiB)} here, whatever the card has.`;
    case 'leak-or-kept':
      return `Kept from before: ${amount(cause.keptMiB)} more than the weights were allocated while idle.`;
    case 'commit-limit':
      return cause.freeMiB === null
        ? 'The commit limit of Windows: RAM and paging file together are used up, whatever the task manager ' +
            'shows as free.'
        : `The card had ${amount(cause.freeMiB)} free and refused all the same: as a rule the commit limit of ` +
            'Windows (RAM and paging file together) is used up.';
    case 'plain-size':
      return cause.missingMiB === null || cause.missingMiB < 1
        ? 'Plain size: the card was full.'
        : `Plain size: at least ${amount(cause.missingMiB)} more would have been needed.`;
    case 'attention-not-sliced':
      return `Attention asked for all its scores at once, ${amount(cause.scoresMiB)}.`;
    case 'nan-precision':
      return 'Precision: numbers too large for 16 bits. This is no lack of memory.';
    case 'library-not-loaded':
      return 'The library could not set itself up: as a rule the card had no memory left for it.';
    case 'unknown':
      return 'Not known: nothing in the text would tell.';
  }
}

function amount(mib: number): string {
  return mib < MIB_PER_GIB ? `${Math.round(mib * 100) / 100} MiB` : `${(mib / MIB_PER_GIB).toFixed(2)} GiB`;
}
