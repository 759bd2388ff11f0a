/**
 * What takes part in a generation beside the WebUI's own networks, by one name wherever it comes from: a run's script
 * is called by its `title()`, a page reads the label above its controls, a person writes what they remember.
 */
import type { Environment } from '../protocol/host.ts';
import type { UsualSize } from '../protocol/estimate.ts';
import { familyOf } from './key-words.ts';
import { usualSizeOf } from './usual-add-ons.ts';

export interface AddOn {
  /** The same for all names of it. */
  readonly id: string;
  /** As it is shown. */
  readonly name: string;
}

/** As networks of a prompt are counted: `lora: 2`. */
const COUNT = /: \d+$/;
/** ControlNet's label ends with its version, others' with what they were made for: "(CFG Scale Fix)". */
const VERSION_OR_REMARK = /\s*(\bv?\d+(\.\d+)+\S*|\([^()]*\))\s*$/i;
const SCRIPT = /^script /;
const NOT_A_NAME = /[^\p{L}\p{N}]/gu;

/** Ids by which older versions and forks call the same. */
const ALIASES: ReadonlyMap<string, string> = new Map([['lyco', 'lora']]);

/**
 * Two texts name the same add-on where the letters and digits of their names are the same, without regard to case, to
 * the version or the remark in brackets at the end, and to how many there are. Null where nothing is left to call it
 * by.
 */
export function addOnOf(text: string): AddOn | null {
  const name = text.replace(SCRIPT, '').replace(COUNT, '').replace(VERSION_OR_REMARK, '').trim();
  const letters = name.toLowerCase().replace(NOT_A_NAME, '');
  return letters === '' ? null : { id: ALIASES.get(letters) ?? letters, name };
}

/**
 * A1111 adds a LoRA to the weights where they lie, layer by layer (extensions-builtin/Lora/networks.py,
 * `network_apply_weights`): what it stands for is kept on the CPU, and so are the weights as they were. One layer's
 * change is all that is on the card at a time, 2 to 100 MiB, and the large layers are those of the small latents, where
 * least else is. (Where it is not merged, by the option `lora_functional`, it has another name: see company.ts.)
 */
const TAKES_NOTHING: ReadonlySet<string> = new Set(['lora']);

export function takesNothing(text: string): boolean {
  return TAKES_NOTHING.has(addOnOf(text)?.id ?? '');
}

/** Those that take memory, each once, sorted by id. */
export function addOnsIn(texts: readonly string[]): AddOn[] {
  const found = new Map<string, AddOn>();
  for (const text of texts) {
    const addOn = addOnOf(text);
    if (addOn !== null && !takesNothing(text) && !found.has(addOn.id)) found.set(addOn.id, addOn);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Of what was not measured; null where nothing is known of it. */
export function usualSizeIn({ id }: AddOn, key: Environment['key']): UsualSize | null {
  const limit = Number(key['sd_checkpoints_limit'] ?? 1);
  return usualSizeOf(id, familyOf(key), limit > 1);
}
