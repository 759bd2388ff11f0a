/** The networks that a set-up may have, of those that are known, before any run: the likeliest first. */
import type { Card } from '../../hosts/card.ts';
import type { AttentionName, ToldNetworks } from '../../hosts/told.ts';
import type { Scores } from '../../networks/attention/scores.ts';
import { FAMILIES } from '../../networks/families/registry.ts';
import { conditionedBy, type Networks } from '../../networks/networks.ts';
import { encodersOf } from '../../networks/candidates.ts';
import type { Kernels, Sdpa, Workspace } from '../../program/kernels.ts';
import type { HostTraits } from '../types.ts';

const SCORES: Readonly<Record<AttentionName, Scores>> = {
  sdp: 'fused',
  xformers: 'xformers',
  V1: 'pairs',
  None: 'whole',
  'sub-quadratic': 'chunks',
  Doggettx: 'slices',
  InvokeAI: 'slices-of-heads',
};

type Law = Pick<Kernels, 'workspace' | 'workspaceInFloat'>;
const law = (workspace: Workspace, workspaceInFloat: Workspace): Law => ({ workspace, workspaceInFloat });

/**
 * Laws of workspaces, the likeliest first. With tensor cores: as published of an RTX 3060 and an RTX 4090 (16 bits:
 * copies of input and output) and of an RTX 4090 (32 bits: of the input). Without them nothing asks for another layout.
 * None is ruled out by a card's name alone: which engine cuDNN takes hangs on its version too. Where both widths are at
 * work they are in phases of their own, so that pairs of like laws reach over all.
 */
const WITH_TENSOR_CORES: readonly Law[] = [
  law('x+y', 'x'),
  law('none', 'none'),
  law('x+w+y', 'x+w+y'),
  law('x', 'x+y'),
];
const WITHOUT: readonly Law[] = [law('none', 'none'), law('x+y', 'x+y'), law('x+w+y', 'x+w+y'), law('x', 'x')];

const FIRST_WITH_FLASH_2 = 2;
const NEEDED_FOR_FLASH_1 = 75;
const NEEDED_FOR_FLASH_2 = 80;

/** Kernels of torch's scaled dot product attention (kernels.ts) that torch's version and the card leave possible. */
function sdpasOf(torch: ToldNetworks['torch'], card: Card | null): Sdpa[] {
  const isOld = torch === null ? null : torch.major < 2 || (torch.major === 2 && torch.minor < FIRST_WITH_FLASH_2);
  const capability = card?.capability ?? null;
  const found: Sdpa[] = [];
  if (isOld !== true && (capability ?? NEEDED_FOR_FLASH_2) >= NEEDED_FOR_FLASH_2) found.push('flash');
  if (isOld !== false && (capability ?? NEEDED_FOR_FLASH_1) >= NEEDED_FOR_FLASH_1) found.push('flash-if-many');
  if (capability === null || capability < NEEDED_FOR_FLASH_2) found.push('efficient');
  return found;
}

function variantOf({ fp8, upcastsAttention, channelsLast }: ToldNetworks): Pick<Networks, 'variant'> {
  if (!fp8 && !upcastsAttention && !channelsLast) return {};
  return {
    variant: {
      ...(fp8 ? { weights: 'fp8' } : {}),
      ...(upcastsAttention ? { upcastsAttention: true } : {}),
      ...(channelsLast ? { channelsLast: true } : {}),
    },
  };
}

export function candidatesOf(told: ToldNetworks, traits: HostTraits, card: Card | null): Networks[] {
  const shape = told.family;
  const precision = told.unetBits === 32 ? 'float' : 'autocast';
  const decode = told.vaeBits === 32 ? 'float' : 'half';
  const [encode = decode] = encodersOf({ shape, precision, decode });
  const scores = SCORES[told.attention];
  const laws = card?.hasTensorCores === false ? WITHOUT : WITH_TENSOR_CORES;
  const sdpas = scores === 'fused' ? sdpasOf(told.torch, card) : (['flash'] as const);
  const evaluations =
    traits.condUncondBatched === null ? ([2, 1] as const) : ([traits.condUncondBatched ? 2 : 1] as const);
  const all = evaluations.flatMap((evaluated) =>
    sdpas.flatMap((sdpa) =>
      laws.map((one): Networks => ({
        shape,
        precision,
        copies: FAMILIES[shape].copies,
        evaluated,
        decode,
        encode,
        scores,
        kernels: { tracksOrder: true, sdpa, ...one },
        resident: traits.resident ?? 'all',
        ...conditionedBy(told.conditioning),
        ...variantOf(told),
      })),
    ),
  );
  // Where two things are open at once, each by itself reaches as far.
  const [usual] = all;
  return all.filter((one) => usual === undefined || differences(one, usual) <= 1);
}

function differences(a: Networks, b: Networks): number {
  const ofLaw = ({ kernels: { workspace, workspaceInFloat } }: Networks): string => `${workspace} ${workspaceInFloat}`;
  return [ofLaw(a) !== ofLaw(b), a.kernels.sdpa !== b.kernels.sdpa, a.evaluated !== b.evaluated].filter(Boolean).length;
}
