/** What else takes part in a person's generation: names and counts only, no prompt text, no values. */
import * as z from 'zod';

const text = z.string().max(300);

/** One thing that a script's controls hand over: of a tick its value, of all else only what kind of thing it is. */
const handedSchema = z
  .strictObject({
    value: text,
    /** What it says of itself as `enabled` or `enable`; null where it says neither. */
    on: z.boolean().nullable(),
  })
  .meta({ id: 'Handed' });

/** An always-visible script. `handed`: the first thing that its controls hand over, and those that have an `on`. */
const scriptSchema = z
  .strictObject({ title: text, file: text, handed: z.array(handedSchema).max(20) })
  .meta({ id: 'Script' });
export type Script = z.infer<typeof scriptSchema>;

export const companySchema = z
  .strictObject({
    /** Always-visible ones, switched on or not. */
    scripts: z.array(scriptSchema).max(100),
    /** Chosen in the Script dropdown. */
    chosenScript: text.nullable(),
    /** How many networks of each kind the prompt names. */
    networks: z.record(z.string().max(100), z.int().min(0)),
    /** Of prompt and negative prompt, in tokens, filled up to whole chunks; null where they are not known yet. */
    lengths: z.array(z.int().min(0)).max(1000).nullable(),
  })
  .meta({ id: 'Company' });
export type Company = z.infer<typeof companySchema>;
