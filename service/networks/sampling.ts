/** Two steps of sampling: the network on the effective batch, then the update of the latents. */
import type { Program } from '../program/program.ts';
import { Tape, type Tensor } from '../program/tape.ts';
import { FLOAT, HALF } from './layers.ts';
import { BATCH_UNIT, CONTEXT_UNIT, HELD_PICTURE_UNIT, UNITS } from './sampling-units.ts';
import { LATENT_CHANNELS, UNet, type UNetOptions } from './unet.ts';
import { Mover } from './mover.ts';

const STEPS = 2;

/**
 * With memory to spare the first step shows the peak, the others find all they need in the cache; under a cap what the
 * first leaves behind is in the second's way.
 * @param evaluations of the network in a step: 2 where conditional and unconditional latents go through it one after
 *   the other.
 */
export function samplingProgram(options: UNetOptions, evaluations: 1 | 2): Program {
  const tape = new Tape(UNITS);
  if (options.kernels.tracksOrder) sampleOnCard(tape, options, evaluations);
  else sampleTraced(tape, options, evaluations);
  return tape.program();
}

const latentsOn =
  (tape: Tape) =>
  (unit: number, width = FLOAT): Tensor =>
    tape.allocate(unit, LATENT_CHANNELS, width);

const moverOn = (tape: Tape, { movesBlocks, precision }: UNetOptions): Mover | null =>
  movesBlocks ? new Mover(tape, precision.variant?.weights === 'fp8' ? 1 : precision.width) : null;

/** As the tables that were traced without a card have it: by the large tensors. */
function sampleTraced(tape: Tape, options: UNetOptions, evaluations: 1 | 2): void {
  const latents = latentsOn(tape);
  const mover = moverOn(tape, options);
  const evaluate = (): Tensor => {
    const input = latents(0);
    const context = tape.allocate(CONTEXT_UNIT, options.shape.contextChannels, options.precision.width);
    const scaled = latents(0);
    const answer = new UNet(tape, options, mover).evaluate(scaled, context);
    tape.release(input, context, scaled);
    return answer;
  };
  const noise = latents(BATCH_UNIT);
  let current = noise;
  for (let step = 0; step < STEPS; step += 1) {
    if (step > 0) tape.onceMore();
    const answers = Array.from({ length: evaluations }, evaluate);
    const denoised = latents(BATCH_UNIT);
    const next = latents(BATCH_UNIT);
    tape.release(denoised, ...answers);
    if (current !== noise) tape.release(current);
    current = next;
  }
}

/**
 * As Euler's method goes in the WebUI (sd_samplers_kdiffusion.py, k_diffusion/sampling.py). Its latents are small, but
 * in the second step more of them live than in the first: they lie where large tensors lay, which then find no room.
 */
function sampleOnCard(tape: Tape, options: UNetOptions, evaluations: 1 | 2): void {
  const latents = latentsOn(tape);
  const mover = moverOn(tape, options);
  /** What is computed in two operations, of which the first one's result is dropped. */
  const sum = (): Tensor => {
    const [part, whole] = [latents(BATCH_UNIT), latents(BATCH_UNIT)];
    tape.release(part);
    return whole;
  };
  // In the autoencoder's width, 16 bits as a rule.
  tape.allocate(HELD_PICTURE_UNIT, 3, HALF);
  // The noise as it was drawn, a mask and a masked picture, and the noise as sampling begins with it.
  latents(BATCH_UNIT);
  const beside = options.shape.inputChannels - LATENT_CHANNELS;
  if (beside > 0) tape.allocate(BATCH_UNIT, beside, FLOAT);
  latents(BATCH_UNIT);
  let before: readonly Tensor[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    if (step > 0) tape.onceMore();
    const [input, combined, denoised, direction, next] = before;
    const noisy = sum();
    release(tape, input);
    // In 32 bits, of each picture two: with both in one evaluation that is half of its width.
    const prompts = [0, 1].map(() => promptsOn(tape, options, evaluations === 1 ? HALF : FLOAT));
    const answers = Array.from({ length: evaluations }, () => evaluateOnCard(tape, options, mover));
    const made = [noisy, latents(BATCH_UNIT), sum()];
    tape.release(...prompts, ...answers);
    release(tape, combined, denoised);
    made.push(sum());
    release(tape, direction);
    made.push(sum());
    release(tape, next);
    before = made;
  }
}

function release(tape: Tape, ...tensors: readonly (Tensor | undefined)[]): void {
  tape.release(...tensors.filter((tensor) => tensor !== undefined));
}

const promptsOn = (tape: Tape, { shape }: UNetOptions, width: number): Tensor =>
  tape.allocate(CONTEXT_UNIT, shape.contextChannels, width);

/**
 * The prompts joined, and in the network's width twice; the latents in its width, and in 32 bits once more; of what is
 * told beside them likewise, and joined with them (sd_samplers_cfg_denoiser.py, external.py, sd_hijack_unet.py,
 * ddpm.py, openaimodel.py).
 */
function evaluateOnCard(tape: Tape, options: UNetOptions, mover: Mover | null): Tensor {
  const latents = latentsOn(tape);
  const { width } = options.precision;
  const { inputChannels } = options.shape;
  const beside = inputChannels - LATENT_CHANNELS;
  const told = (ofWidth: number): Tensor[] => (beside === 0 ? [] : [tape.allocate(0, beside, ofWidth)]);
  const input = latents(0);
  const masked = told(FLOAT);
  const joined = promptsOn(tape, options, FLOAT);
  const scaled = latents(0);
  const cast = [promptsOn(tape, options, width), ...told(width), latents(0, width)];
  if (beside > 0) cast.push(tape.allocate(0, inputChannels, width));
  const context = promptsOn(tape, options, width);
  const predicted = new UNet(tape, options, mover).evaluate(tape.allocate(0, inputChannels, FLOAT), context, true);
  tape.release(...cast, context);
  const [weighed, answer] = [latents(0), latents(0)];
  tape.release(weighed, predicted, joined, scaled, ...masked, input);
  return answer;
}
