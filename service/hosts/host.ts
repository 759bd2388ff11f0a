/** One program that generates on Headroom's behalf: how it is told from others, and what can be asked of it. */
import type { Environment } from '../protocol/host.ts';
import type { Abilities } from '../protocol/viewer.ts';

/** The set-up as far as it decides what can be asked; a stored one does as well. */
export type SetUp = Pick<Environment, 'webui' | 'webuiVersion' | 'traits' | 'key'>;

/** What of a report tells one program from another. */
export interface Signs {
  /** Modules that are there, and what they have (extension/headroom/webui/program.py). */
  readonly program: readonly string[];
  readonly webuiVersion: string;
}

export interface Host {
  /** As people call it, and as its set-ups are stored. */
  readonly name: string;
  readonly is: (signs: Signs) => boolean;
  readonly abilities: (setUp: SetUp) => Abilities;
}

export const EVERYTHING: Abilities = { benchmark: true, estimate: true, reason: null, message: null };

/**
 * `unsupported`: not even what it says of its generations is known to be read rightly, so none is kept. Of the others
 * they are, and shown.
 */
export function nothing(reason: NonNullable<Abilities['reason']>, message: string): Abilities {
  return { benchmark: false, estimate: false, reason, message };
}
