/** Which networks, and which surroundings of them, a WebUI may have: the usual ones first. */
import type { Resident } from '../protocol/host.ts';
import { SDPA, TRACED, type Kernels, type Workspace } from '../program/kernels.ts';
import type { Scores } from './attention/scores.ts';
import { isTraced } from './attention/traced.ts';
import { FAMILIES, FAMILY_NAMES } from './families/registry.ts';
import { DECODE_PRECISIONS, ENCODE_PRECISIONS, UNET_PRECISIONS, type Networks } from './networks.ts';

/** Batched first: it is the usual one. */
const EVALUATED = [2, 1] as const;

/** How attention computes, and what the card's libraries add: all but the networks themselves. */
type Surroundings = Pick<Networks, 'scores' | 'kernels' | 'resident'>;

const WORKSPACES = ['x+y', 'none', 'x+w+y', 'x'] as const satisfies readonly Workspace[];
/** In 32 bits: as published for one card. */
export const USUAL_IN_FLOAT: Workspace = 'x';
const WORKSPACES_IN_FLOAT: readonly Workspace[] = [USUAL_IN_FLOAT, 'x+y', 'none', 'x+w+y'];
/** The usual ones first. Those without a card, which know neither orders nor kernels, last. */
export function surroundingsWith(scores: Scores, resident: Resident): Surroundings[] {
  const kernels: Kernels[] = (scores === 'fused' ? SDPA : SDPA.slice(0, 1)).flatMap((sdpa) =>
    WORKSPACES.flatMap((workspace) =>
      WORKSPACES_IN_FLOAT.map((workspaceInFloat): Kernels => ({
        tracksOrder: true,
        sdpa,
        workspace,
        workspaceInFloat,
      })),
    ),
  );
  if (resident === 'all' && (isTraced(scores) || scores === 'slices')) kernels.push(TRACED);
  return kernels.map((one) => ({ scores, kernels: one, resident }));
}

/** Denoising networks, the usual ones of a family first. */
export function samplingNetworks({
  kernels,
}: Surroundings): Pick<Networks, 'shape' | 'precision' | 'evaluated' | 'copies'>[] {
  return FAMILY_NAMES.flatMap((shape) => {
    const family = FAMILIES[shape];
    if (family.needsOrder && !kernels.tracksOrder) return [];
    const copies = family.copies && kernels.tracksOrder;
    return UNET_PRECISIONS.flatMap((precision) =>
      EVALUATED.map((evaluated) => ({ shape, precision, evaluated, copies })),
    );
  });
}

export function decoders(): readonly Networks['decode'][] {
  return DECODE_PRECISIONS;
}

/** The usual one first: which it is shows only where encoding needs the most. */
export function encodersOf({
  shape,
  precision,
  decode,
}: Pick<Networks, 'shape' | 'precision' | 'decode'>): Networks['encode'][] {
  const usual = FAMILIES[shape].usualEncode === 'as-decoded' || precision === 'float' ? decode : 'autocast';
  return [usual, ...ENCODE_PRECISIONS.filter((encode) => encode !== usual)];
}
