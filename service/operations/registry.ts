/** All operations. */
import type { GenerationSettings, Operation } from '../protocol/settings.ts';
import { hiresImage } from './hires-image.ts';
import { hiresLatent } from './hires-latent.ts';
import { img2img } from './img2img.ts';
import type { OperationKind, Stage } from './kind.ts';
import { txt2img } from './txt2img.ts';

const KINDS: Readonly<Record<Operation, OperationKind>> = {
  txt2img,
  img2img,
  hires_latent: hiresLatent,
  hires_image: hiresImage,
};

export function kindOf(operation: Operation): OperationKind {
  return KINDS[operation];
}

/** By what a person chose: the tab, and what hires fix makes larger, which only txt2img has. */
export function operationOf(processing: OperationKind['processing'], upscales: OperationKind['upscales']): Operation {
  const all = Object.values(KINDS);
  const found = all.find((kind) => kind.processing === processing && kind.upscales === upscales);
  if (found === undefined) throw new Error(`there is no operation of ${processing} with hires fix "${upscales}"`);
  return found.name;
}

export function isHires(operation: Operation): boolean {
  return kindOf(operation).upscales !== null;
}

export function upscalesImages(operation: Operation): boolean {
  return kindOf(operation).upscales === 'image';
}

/** Those of one settings object are asked for several times with each estimate. */
const known = new WeakMap<GenerationSettings, readonly (readonly Stage[])[]>();

/** What the WebUI runs, in groups between which it empties PyTorch's cache. */
export function stageGroups(settings: GenerationSettings): readonly (readonly Stage[])[] {
  let own = known.get(settings);
  if (own === undefined) {
    own = kindOf(settings.operation).stages(settings);
    known.set(settings, own);
  }
  return own;
}

/** Whether PyTorch's cache is emptied after sampling, so that what sampling reserved is seen alone. */
export function emptiesCacheAfterSampling(settings: GenerationSettings): boolean {
  return stageGroups(settings).every((stages) => stages.length === 1 || stages[0]?.network !== 'sampling');
}
