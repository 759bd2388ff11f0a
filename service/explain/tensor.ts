/** Which tensor was asked for, from its size: found among all that the networks of a generation allocate. */
import { BYTES_PER_MIB, MIB_PER_GIB } from '../base/units.ts';
import type { Layer } from '../protocol/explanation.ts';
import type { GenerationSettings } from '../protocol/settings.ts';
import type { Networks } from '../networks/networks.ts';
import type { ErrorOperation, ErrorReading } from './kinds.ts';
import { likelyScores } from './tensor-likely.ts';
import { segmentMiB, sizesFor, type Sized } from './tensor-sizes.ts';

export interface NamedTensor {
  readonly layer: Layer;
  /** Height and width of the latents, in numbers of them. */
  readonly latent: readonly [number, number];
  /** Height and width of the layer itself: a fraction of that, or in the autoencoder a multiple. null: it has none. */
  readonly size: readonly [number, number] | null;
  readonly channels: number | null;
  readonly batch: number;
  readonly dtype: 'float16' | 'float32';
  readonly phase: Sized['phase'];
  readonly slices: number;
  /** All of it at once, where it has no slices: attention may have two heads, or some rows, at a time. */
  readonly isWhole: boolean;
  readonly bytes: number;
}

/** The likeliest first. `certain`: the settings were known and nothing else in them has that size. */
export interface TensorFound extends NamedTensor {
  readonly certain: boolean;
  readonly others: readonly NamedTensor[];
}

/** What is known of the generation that failed, beside the text. */
export interface KnownGeneration {
  readonly networks: Networks;
  readonly settings: GenerationSettings;
  /** Allocated by PyTorch at idle; null where that is not known. */
  readonly staticMiB: number | null;
}

/** Where the settings are guessed: more that fit say nothing. */
const MOST_OTHERS = 7;
/** What a WebUI has beside its networks' tensors, and what blocks hold beyond what was asked for. */
const LIVE_ERROR_MIB = 24;
/** Segments that serve for anything smaller. */
const TELLS_NOTHING_MIB = 20;

export function tensorOf(reading: ErrorReading, known: KnownGeneration | null): TensorFound | null {
  const { triedMiB } = reading;
  if (triedMiB === null || triedMiB <= TELLS_NOTHING_MIB || !isOfPyTorch(reading)) return null;
  const sizes = known === null ? likelyScores() : sizesFor(known.networks, known.settings);
  const fitting = sizes.filter((one) => isAsked(triedMiB, one.bytes) && mayBe(one, reading));
  const [first, ...others] = each(nearest(fitting, reading, known?.staticMiB ?? null).map(nameOf));
  if (first === undefined || (known === null && others.length > MOST_OTHERS)) return null;
  return { ...first, certain: known !== null && others.length === 0, others };
}

/** Those before which just so much was allocated as the text says; all where that is not known, or fits none. */
function nearest(sizes: readonly Sized[], { allocatedMiB }: ErrorReading, staticMiB: number | null): readonly Sized[] {
  if (allocatedMiB === null || staticMiB === null) return sizes;
  const offMiB = ({ liveBytes }: Sized): number => Math.abs(staticMiB + liveBytes / BYTES_PER_MIB - allocatedMiB);
  const fitting = sizes.filter((one) => offMiB(one) <= LIVE_ERROR_MIB).sort((a, b) => offMiB(a) - offMiB(b));
  return fitting.length > 0 ? fitting : sizes;
}

/** Others round in other ways, or name a sum. */
function isOfPyTorch({ kind }: ErrorReading): boolean {
  return kind === 'cuda' || kind === 'hip';
}

/** Two decimals of MiB, or from 1 GiB on of GiB. */
function isAsked(triedMiB: number, bytes: number): boolean {
  const unitMiB = triedMiB < MIB_PER_GIB ? 1 : MIB_PER_GIB;
  return Math.abs(segmentMiB(bytes) - triedMiB) <= 0.00501 * unitMiB;
}

const SCORES: readonly Layer[] = [
  'self-attention scores',
  'cross-attention scores',
  'autoencoder attention scores',
  'attention part',
];
const MAPS: readonly Layer[] = ['feature map', 'joined with skip', 'pictures'];

/** What an operation may have been about to make. */
const MADE_BY: Readonly<Record<ErrorOperation, readonly Layer[] | null>> = {
  attention: [...SCORES, 'feature map'],
  softmax: SCORES,
  convolution: ['feature map', 'weights in another order'],
  norm: MAPS,
  linear: ['feature map', 'feed-forward'],
  resize: MAPS,
  join: ['joined with skip'],
  activation: [...MAPS, 'feed-forward'],
  move: null,
};

/** Whether the traceback allows of it. */
function mayBe({ phase, network, layer }: Sized, reading: ErrorReading): boolean {
  if (reading.phase === 'loading' || reading.phase === 'prompts') return false;
  if (reading.phase !== null && reading.phase !== phase && !isSampling(reading.phase, network)) return false;
  return reading.operation === null || (MADE_BY[reading.operation]?.includes(layer) ?? true);
}

/** Without a frame of the second pass either of them may be meant. */
function isSampling(phase: ErrorReading['phase'], network: Sized['network']): boolean {
  return phase === 'sampling' && network === 'sampling';
}

function nameOf(sized: Sized): NamedTensor {
  const { layer, level, channels, dtype, phase, network, bytes, slices, isWhole, widthPx, heightPx, batch } = sized;
  const latent = [Math.floor(heightPx / 8), Math.floor(widthPx / 8)] as const;
  const [height, width] = network === 'sampling' ? latent : [latent[0] * 8, latent[1] * 8];
  const halved = (side: number, times: number): number => Math.ceil(side / 2 ** times);
  const size = level === null ? null : ([halved(height, level), halved(width, level)] as const);
  return { layer, latent, size, channels, batch, dtype, phase, slices, isWhole, bytes };
}

/** Once each, in the order given. */
function each(named: readonly NamedTensor[]): NamedTensor[] {
  return [...new Map(named.map((one) => [JSON.stringify(one), one])).values()];
}
