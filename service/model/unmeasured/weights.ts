/** What is on the card at idle, where no host has told it. */
import { BYTES_PER_MIB } from '../../base/units.ts';
import type { ToldNetworks } from '../../hosts/told.ts';
import { FAMILIES } from '../../networks/families/registry.ts';
import { unetOf } from '../../networks/networks.ts';
import { unetTensors, vaeTensors, type Tensors } from '../../networks/weights.ts';
import { allWeightsMiB, type WeightsByNetwork } from '../../protocol/holders.ts';
import type { Resident } from '../../protocol/host.ts';

/** cuBLAS's workspace and small things of the WebUI, with A1111 1.10.1 after its first picture. */
const BESIDE_MIB = 40;
/** The same where networks come and go. */
const BESIDE_MOVED_MIB = 8;

type Widths = Pick<ToldNetworks, 'family' | 'conditioning' | 'unetBits' | 'vaeBits' | 'fp8'>;

export function weightsByNetwork({ family, conditioning, unetBits, vaeBits, fp8 }: Widths): WeightsByNetwork {
  const count = (tensors: Tensors): number => tensors.reduce((sum, one) => sum + one, 0);
  const mib = (numbers: number, bits: number): number => (numbers * bits) / 8 / BYTES_PER_MIB;
  return {
    unetMiB: mib(count(unetTensors(unetOf(family, conditioning))), fp8 ? 8 : unetBits),
    textMiB: mib(FAMILIES[family].textParameters, fp8 ? 8 : unetBits),
    vaeMiB: mib(count(vaeTensors()), vaeBits),
  };
}

/** Of all networks together. */
export function weightsMiB(widths: Widths): number {
  return allWeightsMiB(weightsByNetwork(widths));
}

export function idleMiB(widths: Widths, resident: Resident): number {
  return resident === 'all' ? weightsMiB(widths) + BESIDE_MIB : BESIDE_MOVED_MIB;
}

/**
 * Of checkpoints kept on the card beside the one in use, where none of it comes and goes: what more is there at idle.
 */
export function otherCheckpointsMiB(widths: Widths, staticMiB: number): number {
  return Math.max(0, staticMiB - idleMiB(widths, 'all'));
}

/** Free at idle in the weights' segments. Where networks come and go, 16 to 18 were. */
export function idleSlackMiB(widths: Widths, resident: Resident): number {
  const { family, unetBits, vaeBits, fp8 } = widths;
  if (resident !== 'all') return 17;
  const { half, vaeInFloat, float } = FAMILIES[family].idleSlackMiB;
  if (fp8) return half + LEFT_BY_CAST_SHARE * (weightsMiB({ ...widths, fp8: false }) - weightsMiB(widths));
  if (unetBits === 32) return float;
  return vaeBits === 32 ? vaeInFloat : half;
}

/** Of what a cast to 8 bits frees where the weights lie: of SD 1's 917 MiB, 203 were left free in A1111 1.10.1. */
const LEFT_BY_CAST_SHARE = 0.215;
