/**
 * The language in force: here alone it is chosen. Another one is a folder beside `en/` that gives the same names;
 * whatever it lacks is a type error (test/service/words/languages.ts). `Words` is what each language gives.
 */
import type * as en from './en/index.ts';

export type Words = typeof en;
/** What the help says, verb by verb and option by option. */
export type Help = Words['HELP'];

export * from './en/index.ts';
