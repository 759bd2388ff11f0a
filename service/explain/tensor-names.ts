/**
 * Which tensor an allocation of a network's program is. A program knows sizes alone: bytes for each element of a unit.
 * Units and channels tell the layer; where they fit two, both are named.
 */
import { FLOAT, HALF } from '../networks/layers.ts';
import { FAMILIES } from '../networks/families/registry.ts';
import { precisionOf, PRECISIONS, type Networks, type Which } from '../networks/networks.ts';
import * as sampling from '../networks/sampling-units.ts';
import * as vae from '../networks/vae-units.ts';
import type { Layer } from '../protocol/explanation.ts';
import { CONSTANT_UNIT, type Kind, type Size } from '../program/program.ts';

export interface LayerName extends Named {
  /** All of it at once, where it has no slices; attention may have two heads, or some rows, at a time. */
  readonly isWhole: boolean;
}

interface Named {
  readonly layer: Layer;
  /** 0 = the size of the latents, of the picture in the autoencoder; each further one is half of it. */
  readonly level: number | null;
  /** null where it has none. */
  readonly channels: number | null;
  readonly dtype: 'float16' | 'float32';
}

const UNET_CHANNELS = 320;
const WIDTHS = [HALF, FLOAT] as const;

export function namesOf(kind: Kind, networks: Networks, which: Which): LayerName[] {
  const [size] = kind.sizes;
  // Where there is no room for a workspace PyTorch does without, and no error tells of it.
  if (kind.isWorkspace || size === undefined) return [];
  const isWhole = !isPart(size.unit, which);
  return named(size, networks, which).map((name) => ({ ...name, isWhole }));
}

function named({ unit, bytes }: Size, networks: Networks, which: Which): Named[] {
  const own = PRECISIONS[precisionOf(networks, which)].width;
  if (unit === CONSTANT_UNIT)
    return [{ layer: 'weights in another order', level: null, channels: null, dtype: dtypeOf(own) }];
  return which === 'sampling' ? samplingNames(unit, bytes, networks, own) : autoencoderNames(unit, bytes, own);
}

function isPart(unit: number, which: Which): boolean {
  if (which !== 'sampling') return unit === vae.CHUNK_SCORES_UNIT;
  const group = unit - (unit % sampling.SQUARE_UNIT);
  return group === sampling.CHUNK_SCORES_UNIT || group === sampling.SINGLE_SQUARE_UNIT;
}

/** Pixels, or pixels with a row and a column more. */
function autoencoderLevel(unit: number): number {
  return unit >= vae.PADDED_UNIT && unit < vae.HELD_PICTURE_UNIT ? unit - vae.PADDED_UNIT : unit;
}

function samplingNames(unit: number, bytes: number, networks: Networks, own: number): Named[] {
  const level = unit % sampling.SQUARE_UNIT;
  const group = unit - level;
  const one = (layer: Layer, width: number, channels: number | null = null): Named[] => [
    { layer, level, channels, dtype: dtypeOf(width) },
  ];
  if (unit === sampling.CONTEXT_UNIT) return one('prompts', own);
  if (unit === sampling.BATCH_UNIT) return one('latents', FLOAT);
  if (unit === sampling.HELD_PICTURE_UNIT) return one('pictures', HALF);
  if (unit === sampling.EMBEDDING_UNIT || unit > sampling.UNITS) return one('attention accumulator', FLOAT);
  switch (group) {
    case sampling.SQUARE_UNIT:
    case sampling.CHUNK_SCORES_UNIT:
    case sampling.SINGLE_SQUARE_UNIT:
      return scoresNames('self-attention scores', bytes, headsAt(networks, level), level, own);
    case sampling.CHUNK_UNIT:
    case sampling.CHUNKED_UNIT:
      return one('attention part', own);
    default:
      return mapNames(bytes, networks, level, own);
  }
}

/** Heads that are there at once: all of them, or two of V1's. */
function headsAt({ shape, scores }: Networks, level: number): number {
  const { headChannels, multipliers } = FAMILIES[shape].unet;
  const all = headChannels === null ? 8 : (UNET_CHANNELS * (multipliers[level] ?? 1)) / headChannels;
  return scores === 'pairs' ? 2 : all;
}

function scoresNames(layer: Layer, bytes: number, heads: number, level: number, own: number): Named[] {
  const width = bytes / heads;
  return [{ layer, level, channels: heads, dtype: dtypeOf(width === FLOAT || width === HALF ? width : own) }];
}

/** Of what has so many bytes a pixel: channels tell which it is. */
function mapNames(bytes: number, networks: Networks, level: number, own: number): Named[] {
  const { multipliers } = FAMILIES[networks.shape].unet;
  const channels = multipliers.map((multiplier) => multiplier * UNET_CHANNELS);
  const here = channels[level] ?? UNET_CHANNELS;
  // What comes from the next resolution, or goes to it, has its channels.
  const near = channels.slice(Math.max(0, level - 1), level + 2);
  const heads = headsAt(networks, level);
  const names: Named[] = [];
  for (const width of own === HALF ? WIDTHS : [FLOAT]) {
    const count = bytes / width;
    const layer = layerOf(count, here, near, heads);
    if (layer !== null) names.push({ layer, level, channels: count, dtype: dtypeOf(width) });
  }
  return names;
}

function layerOf(count: number, here: number, channels: readonly number[], heads: number): Layer | null {
  if (count === 8 * here || (count === 4 * here && !channels.includes(count))) return 'feed-forward';
  if (channels.includes(count)) return 'feature map';
  if (count === heads * sampling.PROMPT_TOKENS) return 'cross-attention scores';
  if (channels.some((one) => channels.includes(count - one))) return 'joined with skip';
  return count <= 8 ? 'latents' : null;
}

function autoencoderNames(unit: number, bytes: number, own: number): Named[] {
  const dtype = dtypeOf(own);
  if (unit === vae.SQUARE_UNIT || unit === vae.CHUNK_SCORES_UNIT)
    return [{ layer: 'autoencoder attention scores', level: vae.LATENT_UNIT, channels: 1, dtype: dtypeOf(bytes) }];
  if (unit === vae.CHUNK_UNIT || unit === vae.CHUNKED_UNIT)
    return [{ layer: 'attention part', level: vae.LATENT_UNIT, channels: bytes / own, dtype }];
  if (unit === vae.BATCH_PICTURE_UNIT || unit === vae.HELD_PICTURE_UNIT)
    return [{ layer: 'pictures', level: 0, channels: 3, dtype }];
  const level = autoencoderLevel(unit);
  if (level >= vae.CHANNELS.length) return [];
  const layer = bytes / own === 3 ? 'pictures' : 'feature map';
  return [{ layer, level, channels: bytes / own, dtype }];
}

function dtypeOf(width: number): LayerName['dtype'] {
  return width === FLOAT ? 'float32' : 'float16';
}
