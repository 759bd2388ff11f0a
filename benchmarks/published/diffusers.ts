/**
 * How diffusers' pipelines differ from the WebUI, as far as memory goes (diffusers 0.2x, `StableDiffusionPipeline`,
 * `StableDiffusionXLPipeline`): a batch is decoded as a whole; the decoder holds what each of its levels begins with;
 * attention is torch's fused one in the autoencoder too; SDXL's autoencoder is made 32 bits wide to decode
 * (`force_upcast`).
 */
import { BYTES_PER_MIB } from '../../service/base/units.ts';
import type { Interval, Fit } from '../../service/model/types.ts';
import { activePeakMiB } from '../../service/model/replay/peaks.ts';
import { FLOAT, HALF } from '../../service/networks/layers.ts';
import { PRECISIONS } from '../../service/networks/networks.ts';
import { decodeProgram, encodeProgram, type AutoencoderCode } from '../../service/networks/vae.ts';
import { CHANNELS, vaeElements } from '../../service/networks/vae-units.ts';
import { vaeTensors } from '../../service/networks/weights.ts';
import { weightsProgram } from '../../service/networks/mover.ts';
import type { Kernels, Workspace } from '../../service/program/kernels.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { VaeWork } from './figure.ts';
import { intervalOver, networksOf, peaksOf, type Peaks } from './peaks.ts';

/** A convolution of more elements is cut up by pictures (ATen's cudnn/ConvShared.cpp), and its copies with it. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** The fused kernel that takes heads of the autoencoder's size. */
const FUSED = 'xformers';

export function autoencoderPeaks(
  { operation, width, height, batchSize }: VaeWork,
  bits: 16 | 32,
  kernels: Kernels,
  code: AutoencoderCode,
): Peaks {
  const precision = bits === 32 ? PRECISIONS.float : PRECISIONS.half;
  const program =
    operation === 'decode'
      ? decodeProgram(precision, FUSED, kernels, code)
      : encodeProgram(precision, FUSED, kernels, code);
  // The pictures to encode were there before.
  const elements = vaeElements(width, height, 0).map((count) => count * batchSize);
  const workspace = lawOf(kernels, bits, (elements[0] ?? 0) * CHANNELS[1]);
  return peaksOf(operation, program, elements, workspace, Infinity, weightsProgram(vaeTensors(), precision.width));
}

function lawOf({ workspace, workspaceInFloat }: Kernels, bits: 16 | 32, mostElements: number): Workspace {
  if (mostElements > MOST_ELEMENTS) return 'none';
  return bits === 32 ? workspaceInFloat : workspace;
}

/** torch's peak of allocated bytes in a pipeline with all of its networks on the card, numbers in them so wide. */
export function pipelineMiB(fit: Fit, settings: GenerationSettings, bits: 16 | 32): Interval {
  const isWidened = bits === 16 && networksOf(fit).some(({ shape }) => shape === 'sdxl');
  const vaeParameters = vaeTensors().reduce((sum, count) => sum + count, 0);
  const widenedMiB = isWidened ? (vaeParameters * (FLOAT - HALF)) / BYTES_PER_MIB : 0;
  const { width, height, batchSize } = settings;
  const work: VaeWork = { operation: 'decode', width, height, batchSize };
  const peaks = networksOf(fit).map((networks) => {
    const decode = autoencoderPeaks(work, isWidened ? 32 : bits, networks.kernels, 'diffusers');
    const sampling = activePeakMiB(networks, settings, new Set(['sampling']));
    return fit.staticMiB + Math.max(sampling, widenedMiB + decode.activeMiB);
  });
  return intervalOver(fit, 'allocated', peaks);
}
