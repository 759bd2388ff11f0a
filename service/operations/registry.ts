/** All operations. */
import { memoised } from '../base/memo.ts';
import { hiresImage } from './hires-image.ts';
import { hiresLatent } from './hires-latent.ts';
import { img2img } from './img2img.ts';
import type { Conditioning, OperationKind, Settings, Stage } from './kind.ts';
import { txt2img } from './txt2img.ts';

const KINDS = {
  txt2img,
  img2img,
  hires_latent: hiresLatent,
  hires_image: hiresImage,
} satisfies Record<string, OperationKind>;

export type Operation = keyof typeof KINDS;
export const OPERATIONS = Object.keys(KINDS) as readonly Operation[];

interface OperationSettings extends Settings {
  readonly operation: Operation;
}

export function kindOf(operation: Operation): OperationKind {
  return KINDS[operation];
}

/** What shows in the WebUI's processing object which operation it is, beside its class and hires fix. */
export const MARKS: readonly string[] = OPERATIONS.flatMap((operation) => kindOf(operation).marks);

/**
 * By what a person chose: the tab, and what hires fix makes larger, which only txt2img has.
 * @param isSet whether a field of the processing object is.
 */
export function operationOf(
  processing: OperationKind['processing'],
  upscales: OperationKind['upscales'],
  isSet: (mark: string) => boolean,
): Operation {
  const alike = OPERATIONS.filter((operation) => {
    const kind = kindOf(operation);
    return kind.processing === processing && kind.upscales === upscales && kind.marks.every(isSet);
  });
  const [found] = alike.sort((a, b) => kindOf(b).marks.length - kindOf(a).marks.length);
  if (found === undefined) throw new Error(`there is no operation of ${processing} with hires fix "${upscales}"`);
  return found;
}

/** What chooses an operation on the command line. */
export const FLAGS: readonly string[] = OPERATIONS.flatMap((operation) => kindOf(operation).flag ?? []);

/** @param flag one of `FLAGS`; null where none is given. */
export function flaggedOperation(flag: string | null): Operation {
  if (flag === null) return operationOf('Txt2Img', null, () => false);
  const found = OPERATIONS.find((operation) => kindOf(operation).flag === flag);
  if (found === undefined) throw new Error(`there is no operation of the flag ${flag}`);
  return found;
}

export function isHires(operation: Operation): boolean {
  return kindOf(operation).upscales !== null;
}

export function upscalesImages(operation: Operation): boolean {
  return kindOf(operation).upscales === 'image';
}

/**
 * What the WebUI runs, in groups between which it empties PyTorch's cache. Those of one settings object are asked for
 * several times with each estimate.
 */
const GROUPS: Readonly<Record<Conditioning, (settings: OperationSettings) => readonly (readonly Stage[])[]>> = {
  prompt: memoised((settings) => kindOf(settings.operation).stages(settings, 'prompt')),
  inpainting: memoised((settings) => kindOf(settings.operation).stages(settings, 'inpainting')),
};

export function stageGroups(
  settings: OperationSettings,
  conditioning: Conditioning = 'prompt',
): readonly (readonly Stage[])[] {
  return GROUPS[conditioning](settings);
}

/** Whether PyTorch's cache is emptied after sampling, so that what sampling reserved is seen alone. */
export function emptiesCacheAfterSampling(settings: OperationSettings): boolean {
  return stageGroups(settings).every((stages) => stages.length === 1 || stages[0]?.network !== 'sampling');
}
