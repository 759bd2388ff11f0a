/** What `npm run record` is asked for, and how a recorded text loses the ids of its machine. Pure. */

export type RecordArgs =
  | {
      readonly ok: true;
      readonly name: string;
      readonly about: string;
      /** Null where the machine's own nvidia-smi is to be asked. */
      readonly command: readonly string[] | null;
    }
  | { readonly ok: false; readonly error: string };

export const USAGE = 'npm run record -- NAME [--about TEXT] [-- COMMAND ...]';
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export function readRecordArgs(argv: readonly string[]): RecordArgs {
  const end = argv.indexOf('--');
  const [name, option, about, ...rest] = end < 0 ? argv : argv.slice(0, end);
  const command = end < 0 ? null : argv.slice(end + 1);
  if (name === undefined || rest.length > 0) return { ok: false, error: USAGE };
  if (!NAME.test(name))
    return { ok: false, error: `"${name}" is no name: small letters, digits and hyphens, as "lost-gpu".` };
  if (option !== undefined && (option !== '--about' || about === undefined)) return { ok: false, error: USAGE };
  if (command !== null && command.length === 0)
    return { ok: false, error: `after "--" a command is missing. ${USAGE}` };
  return { ok: true, name, about: about ?? 'Recorded; say here what it shows.', command };
}

const UUID = /\b(GPU|MIG)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;

/**
 * Each id becomes another one of the same form, the same id the same one each time. Serial numbers have no form of
 * their own: look for them before you commit.
 */
export function fixtureText(text: string): string {
  const seen: string[] = [];
  return text.replace(UUID, (id, kind: string) => {
    const key = id.toLowerCase();
    if (!seen.includes(key)) seen.push(key);
    const number = (seen.indexOf(key) + 1).toString(16).padStart(12, '0');
    return `${kind}-00000000-0000-4000-8000-${number}`;
  });
}
