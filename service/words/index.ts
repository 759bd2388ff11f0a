/**
 * The language in force, and what each one gives. From the sources it is English; the bundles put another folder in its
 * place (tools/languages.ts).
 */
import type * as en from './en/index.ts';

export type Words = typeof en;
/** What the help says, verb by verb and option by option. */
export type Help = Words['HELP'];

export * from './en/index.ts';
