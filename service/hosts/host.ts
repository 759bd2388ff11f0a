/** One program that generates on Headroom's behalf: how it is told from others, and what its reports mean. */
import type { Environment, HostTraits, RunOrder, RunStarted } from '../protocol/host.ts';
import type { Report } from '../protocol/shim.ts';
import type { Abilities as ToldAbilities, Inability } from '../protocol/abilities.ts';
import type { Constructed } from './construct.ts';
import type { Mark, PhaseOrNone } from './phases.ts';

/** The set-up as far as it decides what can be asked; a stored one does as well. */
export type SetUp = Pick<Environment, 'webui' | 'webuiVersion' | 'traits' | 'key'> &
  Partial<Pick<Environment, 'device'>>;

/** What of a report tells one program from another. */
export interface Signs {
  /** Modules that are there, and what they have, of those in the hosts' `marks`. */
  readonly program: readonly string[];
  readonly webuiVersion: string;
}

/** A set-up, before it is called by its WebUI's name and its weights are known. */
export type Described = Omit<Environment, 'webui' | 'webuiVersion' | 'traits'> & {
  readonly traits: Omit<HostTraits, 'staticMiB'>;
};

/** What is known of a person's generation. */
export type Generation = Pick<RunStarted, 'settings' | 'condUncondBatched' | 'extras'>;

/** How reports of its kind are read. */
export interface Reading {
  readonly describe: (report: Report, webuiVersion: string) => Described;
  readonly construct: (order: Pick<RunOrder, 'settings' | 'steps'>, report: Report, live: Environment) => Constructed;
  readonly phaseOf: (mark: Mark) => PhaseOrNone;
  /** null where it is none that Headroom knows. */
  readonly generationOf: (mark: Mark, report: Report, live: Environment) => Generation | null;
}

export interface Host extends Reading {
  /** As people call it, and as its set-ups are stored. */
  readonly name: string;
  /** What of the program around it the shim is to look for: `MODULE` or `MODULE:PATH`. */
  readonly marks: readonly string[];
  readonly is: (signs: Signs) => boolean;
  readonly abilities: (setUp: SetUp) => Abilities;
}

/** What can be asked of a set-up; `reason` is what kind of inability it is. */
export type Abilities =
  | { readonly benchmark: true; readonly estimate: true; readonly reason: null; readonly why: null }
  | {
      readonly benchmark: false;
      readonly estimate: false;
      readonly reason: NonNullable<ToldAbilities['reason']>;
      readonly why: Inability;
    };

export const EVERYTHING: Abilities = { benchmark: true, estimate: true, reason: null, why: null };

/**
 * `unsupported`: not even what it says of its generations is known to be read rightly, so none is kept. Of the others
 * they are, and shown.
 */
export function nothing(reason: NonNullable<Abilities['reason']>, why: Inability): Abilities {
  return { benchmark: false, estimate: false, reason, why };
}
