/** nvidia-smi's failures, from what it prints: on stdout, with whatever exit code. */
import type { SourceReason } from '../../../protocol/source.ts';

/** What an output can say; the others only a live source can. */
export type OutputReason = Exclude<SourceReason, 'hung' | 'no-host' | 'no-memory-figures'>;

/**
 * `all`: the whole call failed, whatever rows came before. `device`: one device failed, in the place of its row.
 * `remark`: said beside rows without spoiling them; it is the reason only where there are none.
 */
export interface ErrorText {
  readonly reason: OutputReason;
  readonly scope: 'all' | 'device' | 'remark';
  /** Which device the line names, as far as it does: `GPU3: 0000:04:00.0`, `GPU 0000:04:00.0`, `GPU0000:04:00.0`. */
  readonly index: number | null;
  readonly busId: string | null;
}

const INDEX = /\bgpu ?(\d{1,3}): /;
const BUS_ID = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/;

type Sentence = readonly [RegExp, OutputReason, ErrorText['scope']];

/**
 * What nvidia-smi itself says: a closed list of sentences, each from the start of its line. Other tools use the same
 * words about other devices, other options and other permissions. Lower case; linear in the line.
 */
const OWN_SENTENCES: readonly Sentence[] = [
  [/^failed to initialize nvml: (driver\/library version mismatch|function not found)/, 'driver-mismatch', 'all'],
  [/^failed to initialize nvml: (driver )?not (loaded|found)/, 'driver-missing', 'all'],
  [/^failed to initialize nvml: (insufficient permissions?|.*blocked by the operating system)/, 'no-permission', 'all'],
  [/^failed to initialize nvml: (the )?gpu (is lost|requires)/, 'gpu-lost', 'all'],
  [/^failed to initialize nvml/, 'not-available', 'all'],
  [/^failed to properly shut ?down nvml/, 'driver-missing', 'remark'],
  [/^nvidia-smi has failed because .{0,40}communicate with the (nvidia )?driver/, 'driver-missing', 'all'],
  [/^nvidia-smi .{0,20}find (the )?(libnvidia-ml|nvml)/, 'driver-missing', 'all'],
  [/^field ".{0,200}" is not a valid field to query/, 'unknown-field', 'all'],
  // Whatever is wrong with the options, it ends with this.
  [/ please run 'nvidia-smi -h'( for help)?\.?$/, 'unknown-field', 'all'],
  [
    /^unable to (determine|detect) the device handle for gpu.{0,100}insufficient permissions?/,
    'no-permission',
    'device',
  ],
  [/^unable to (determine|detect) the device handle for gpu/, 'gpu-lost', 'device'],
  [/^(the )?gpu ?[0-9a-f:.]{0,40} ?(is lost|requires a? ?reset|has fallen off the bus)/, 'gpu-lost', 'device'],
  [/^gpu access blocked by the operating system/, 'no-permission', 'all'],
  [/^no (devices|(supported )?gpus) were found\.?$/, 'no-devices', 'all'],
  [/^nvidia: .{0,100}permission denied/, 'no-permission', 'remark'],
  // Lines of its kernel module's log, interleaved, with whatever time and host before them.
  [/\bnvrm: /, 'gpu-lost', 'remark'],
];

/** What whoever was to start nvidia-smi, by name, says of it. */
const STARTERS_SENTENCES: readonly Sentence[] = [
  [/^timeout: sending signal [a-z]{1,10} to command .nvidia-smi/, 'not-available', 'remark'],
  [
    /nvidia-smi(\.exe)?['"”’`]?:? .{0,40}(command not found|not found|no such file|is not recognized|is neither a nushell|enoent|exec format error)/,
    'driver-missing',
    'all',
  ],
  [/(command not found|unknown command): nvidia-smi$/, 'driver-missing', 'all'],
  // Shells in any language: of a program that is there they name the path.
  [
    /^(-?((ba|z|k|da|a)?sh|fish)|[^: ]{1,80}\.sh): ([^:]{1,20}: ){0,2}nvidia-smi ?: (?!permission denied)/,
    'driver-missing',
    'all',
  ],
  [/^modprobe: .{0,20}module nvidia not found/, 'driver-missing', 'all'],
  // A container's, before nvidia-smi is started in it.
  [/nvidia-container-cli: .{0,60}nvml error: driver not loaded/, 'driver-missing', 'all'],
  [/nvidia-container-cli: .{0,60}nvml error: driver\/library version mismatch/, 'driver-mismatch', 'all'],
  [/nvidia-container-cli: .{0,60}libnvidia-ml\.so[^ ]*: cannot open/, 'driver-missing', 'all'],
  [
    /nvidia-smi(\.exe)?['"”’`]?:? .{0,40}(insufficient permissions?|permission denied|access is denied)/,
    'no-permission',
    'remark',
  ],
  // Windows says in its own language that there is no such command: its name is what the sentence begins with.
  [
    /^(nvidia-smi ?: )?(\p{L}{1,20} ?){0,2}['"„“«]\s?nvidia-smi(\.exe)?\s?['"”“»] ?[\p{L}(]/u,
    'driver-missing',
    'remark',
  ],
];

const SENTENCES = [...OWN_SENTENCES, ...STARTERS_SENTENCES];

/** Nothing that is told is told without one of these: most lines cost one look. */
const TELLING = /nvidia|nvml|nvrm|gpus?\b|gpu\d|^field |^no devices/;
/** How nvidia-smi begins a line that is not in the list. */
const OWN_BEGINNING =
  /^(nvidia-smi|nvidia|nvml|nvrm)\b(?!-)|^(failed|unable|warning)\b.{0,100}\b(nvml|nvidia-smi|inforom)\b/;

/**
 * What a line that is no row says; null where it is no failure that we know, or another tool's. Looks at the first 500
 * characters.
 */
export function readErrorText(line: string): ErrorText | null {
  const text = beginning(line);
  if (!TELLING.test(text)) return null;
  for (const [pattern, reason, scope] of SENTENCES) {
    if (!pattern.test(text)) continue;
    const index = INDEX.exec(text)?.[1];
    return { reason, scope, index: index === undefined ? null : Number(index), busId: BUS_ID.exec(text)?.[0] ?? null };
  }
  return null;
}

/** Whether a line that says nothing we know is nvidia-smi's own all the same. */
export function isOwnText(line: string): boolean {
  return OWN_BEGINNING.test(beginning(line));
}

function beginning(line: string): string {
  return line.slice(0, 500).trim().toLowerCase();
}

/** Which of several reasons is told: what explains the others comes first. */
const GRAVITY: readonly OutputReason[] = [
  'not-started',
  'driver-mismatch',
  'driver-missing',
  'gpu-lost',
  'no-permission',
  'unknown-field',
  'no-devices',
  'not-available',
  'bad-output',
];

export function gravest(reasons: Iterable<OutputReason>): OutputReason | null {
  const found = new Set(reasons);
  return GRAVITY.find((reason) => found.has(reason)) ?? null;
}
