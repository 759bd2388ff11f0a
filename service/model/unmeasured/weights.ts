/** What is on the card at idle, where no host has told it. */
import type { ToldNetworks } from '../../hosts/told.ts';
import { SHAPES } from '../../networks/networks.ts';
import { unetTensors, vaeTensors, type Tensors } from '../../networks/weights.ts';
import type { Resident } from '../../protocol/host.ts';

const BYTES_PER_MIB = 1024 * 1024;
/** Parameters of the text encoders: CLIP ViT-L/14; OpenCLIP ViT-H/14; ViT-L/14 and OpenCLIP ViT-bigG/14. */
const TEXT_PARAMETERS: Readonly<Record<ToldNetworks['family'], number>> = {
  sd1: 123_060_480,
  sd2: 354_032_640,
  sdxl: 817_720_320,
};
/** cuBLAS's workspace and small things of the WebUI, with A1111 1.10.1 after its first picture. */
const BESIDE_MIB = 40;
/** The same where networks come and go. */
const BESIDE_MOVED_MIB = 8;

type Widths = Pick<ToldNetworks, 'family' | 'unetBits' | 'vaeBits' | 'fp8'>;

/** Of all networks together. */
export function weightsMiB({ family, unetBits, vaeBits, fp8 }: Widths): number {
  const count = (tensors: Tensors): number => tensors.reduce((sum, one) => sum + one, 0);
  const unetAndText = count(unetTensors(SHAPES[family])) + TEXT_PARAMETERS[family];
  return (unetAndText * (fp8 ? 8 : unetBits) + count(vaeTensors()) * vaeBits) / 8 / BYTES_PER_MIB;
}

export function idleMiB(widths: Widths, resident: Resident): number {
  return resident === 'all' ? weightsMiB(widths) + BESIDE_MIB : BESIDE_MOVED_MIB;
}

/**
 * Free at idle in the weights' segments: with A1111 1.10.1 and PyTorch 2.1 SD 1's 16-bit checkpoint left 5 MiB free, SD
 * 2's 100, SDXL's 259, SD 1's in 32 bits 130, with its autoencoder alone in 32 bits 56, and cast to 8 bits where they lie
 * 203 of the 917 that this frees. Where networks come and go, 16 to 18.
 */
export function idleSlackMiB(widths: Widths, resident: Resident): number {
  const { family, unetBits, vaeBits, fp8 } = widths;
  if (resident !== 'all') return 17;
  const usualMiB = { sd1: 5, sd2: 100, sdxl: 259 }[family];
  if (fp8) return usualMiB + LEFT_BY_CAST_SHARE * (weightsMiB({ ...widths, fp8: false }) - weightsMiB(widths));
  if (family === 'sd1' && unetBits === 32) return 130;
  if (family === 'sd1' && vaeBits === 32) return 56;
  return usualMiB * (unetBits / 16);
}

const LEFT_BY_CAST_SHARE = 0.215;
