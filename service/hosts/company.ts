/** What makes a person's generation unlike a benchmark run, and whether its prompts run through the UNet together. */
import { MARKS } from '../operations/registry.ts';
import type { Company, Script } from '../protocol/company.ts';
import type { Facts } from '../protocol/shim.ts';
import { takesNothing } from './add-ons.ts';
import { isThere, isTrue } from './facts.ts';

const MOST_EXTRAS = 50;
const MOST_CHARACTERS = 300;
/** The WebUI's own always-visible scripts (refiner, seed, sampler ...), which the fields below tell. */
const OWN_SCRIPTS = 'processing_scripts';
const OURS = 'headroom.py';

const SWITCHED_ON: ReadonlyMap<string, string> = new Map([
  ['tiling', 'tiling'],
  ['restore_faces', 'face restoration'],
]);
/** But for what makes an operation of its own of it. */
const GIVEN: ReadonlyMap<string, string> = new Map([
  ['refiner_checkpoint_info', 'refiner'],
  ['image_mask', 'inpaint'],
  ['mask', 'inpaint'],
  ['hr_checkpoint_info', 'hires checkpoint'],
  ['firstpass_image', 'hires from an image'],
]);
const PICTURES = 'init_images#';

export const COMPANY_FACTS: readonly string[] = [...SWITCHED_ON.keys(), ...GIVEN.keys(), PICTURES];
/** LoRAs are computed beside each layer instead of being merged into its weights. */
const NOT_MERGED = 'opts:lora_functional';
export const NETWORK_FACTS: readonly string[] = [NOT_MERGED];
export const BATCHING_FACTS = ['opts:pad_cond_uncond', 'opts:pad_cond_uncond_v0'];

/** Sorted, without repeats. @param webui facts of the WebUI itself. @param marks of the operations. */
export function extrasOf(
  facts: Facts,
  { scripts, chosenScript, networks }: Company,
  webui: Facts,
  marks: readonly string[] = MARKS,
): string[] {
  // What makes an operation of its own may be told by another fact as well: A1111 makes `mask` of `image_mask`.
  const ownOperations = new Set(marks.map((mark) => GIVEN.get(mark)));
  const others = scripts.filter((script) => !isOwn(script) && isSwitchedOn(script)).map(({ title }) => title);
  const found = [
    ...[...others, ...(chosenScript === null ? [] : [chosenScript])].map((title) => `script ${title}`),
    ...Object.entries(networks).flatMap(([kind, count]) =>
      count > 0 ? [`${kind}${mergedOrNot(kind, webui)}: ${count}`] : [],
    ),
    ...[...SWITCHED_ON].flatMap(([fact, extra]) => (isTrue(facts[fact]) ? [extra] : [])),
    ...[...GIVEN].flatMap(([fact, extra]) => (isThere(facts[fact]) && !ownOperations.has(extra) ? [extra] : [])),
    ...(Number(facts[PICTURES] ?? 0) > 1 ? ['several images'] : []),
  ];
  return [...new Set(found.map((extra) => extra.slice(0, MOST_CHARACTERS)))].sort().slice(0, MOST_EXTRAS);
}

function mergedOrNot(kind: string, webui: Facts): string {
  return takesNothing(kind) && isTrue(webui[NOT_MERGED]) ? ', not merged' : '';
}

/**
 * By custom the first control is the switch; ControlNet and AnimateDiff hand over objects that carry their own. Through
 * the API those are dictionaries, and one in the place of the switch was put there on purpose: ADetailer takes it for a
 * yes.
 */
function isSwitchedOn({ handed }: Script): boolean {
  const [first] = handed;
  const isTicked = first?.value === 'True' || (first?.value === '<dict>' && first.on === null);
  return isTicked || handed.some(({ on }) => on === true);
}

function isOwn({ file }: Script): boolean {
  const parts = file.split(/[/\\]/);
  return parts.includes(OWN_SCRIPTS) || parts.at(-1) === OURS;
}

/**
 * Prompts of unlike lengths go apart, unless they are padded.
 * @param setting of the WebUI; null where it decides by what is free.
 */
export function isBatched(setting: boolean | null, webui: Facts, lengths: Company['lengths']): boolean | null {
  if (setting !== true || BATCHING_FACTS.some((name) => isTrue(webui[name]))) return setting;
  return lengths === null ? null : new Set(lengths).size === 1;
}
