/**
 * nvidia-smi's output as it may be published: what names this one machine is replaced, everything else stays verbatim.
 */

export interface Sanitiser {
  /** The same UUID, or process, gets the same replacement in every text. */
  (text: string): string;
}

const UUID = /\b(GPU|MIG)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;
/** A row of --query-compute-apps: the pid first, then the program, here with a folder or a drive before it. */
const PROCESS_ROW = /^(\d{1,10})(, )([^,\r\n]*[\\/])?([^,\r\n]*)/gm;
const FIRST_PID = 1001;

export function createSanitiser(): Sanitiser {
  const uuids = new Map<string, string>();
  const pids = new Map<string, string>();
  const replaced = (known: Map<string, string>, text: string, make: (index: number) => string): string => {
    const found = known.get(text) ?? make(known.size);
    known.set(text, found);
    return found;
  };
  return (text) => {
    const anonymous = text.replace(UUID, (uuid, prefix: string) =>
      replaced(
        uuids,
        uuid.toLowerCase(),
        (n) => `${prefix}-00000000-0000-4000-8000-${String(n + 1).padStart(12, '0')}`,
      ),
    );
    // Rows of other queries begin with an index and a UUID, too: those are left alone.
    if (!/^pid, /m.test(anonymous)) return anonymous;
    return anonymous.replace(
      PROCESS_ROW,
      (_row, pid: string, comma: string, folder: string | undefined, name: string) => {
        const place = folder === undefined ? '' : folder.includes('\\') ? 'C:\\' : '/usr/bin/';
        return `${replaced(pids, pid, (n) => String(FIRST_PID + n))}${comma}${place}${name}`;
      },
    );
  };
}
