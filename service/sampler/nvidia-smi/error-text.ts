/** nvidia-smi's failures, from what it prints (on stdout, with whatever exit code) and from how it exits. */
import type { SourceReason } from '../../protocol/viewer.ts';

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

/** Words of other tools (AMD's, Intel's, Habana's, DCGM): what such a line says is not said of nvidia-smi. */
const FOREIGN =
  /\b(rocm|amd|radeon|xpu|xpumcli?|xpum|i915|level.zero|intel|hl-smi|habana|dcgm|host engine)|\bamdgpu|\bpmu\b/;
/** Words of nvidia-smi's, and of whoever could not run it. */
const OWN = /nvidia|nvml|nvrm|\bgpu ?\d{0,3}:? ?[0-9a-f]{4,8}:[0-9a-f]{2}:/;

/** In every text below, so that most lines cost one look. */
const TELLING = /nvidia|nvml|nvrm|libnvidia|device|gpu|permission|denied|field|property|option|argument|fallen/;
const INDEX = /\bgpu ?(\d{1,3}): /;
const BUS_ID = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/;

/** In order: the first that matches decides. Lower case; each pattern is linear in the line. */
const TEXTS: readonly (readonly [RegExp, OutputReason, ErrorText['scope']])[] = [
  // Lines of the kernel's log, interleaved, with whatever time and host before them.
  [/\bnvrm: /, 'gpu-lost', 'remark'],
  // Said by who ended it.
  [/^timeout: sending signal/, 'not-available', 'remark'],
  [/driver\/library version mismatch/, 'driver-mismatch', 'all'],
  [/failed to initialize nvml: function not found/, 'driver-mismatch', 'all'],
  [/failed to properly shut ?down nvml/, 'driver-missing', 'remark'],
  [/communicate with the (nvidia )?driver/, 'driver-missing', 'all'],
  [/find (the )?(libnvidia-ml|nvml)|libnvidia-ml\.so[^ ]*: cannot open/, 'driver-missing', 'all'],
  [/driver not loaded|nvml shared library not found|failed to initialize nvml: not found/, 'driver-missing', 'all'],
  [
    /nvidia-smi(\.exe)?['"”’`]?:? .{0,40}(command not found|not found|no such file|is not recognized|is neither a nushell|enoent|exec format error)/,
    'driver-missing',
    'all',
  ],
  // Shells in any language: of a program that is there they name the path.
  [
    /^(-?((ba|z|k|da|a)?sh|fish)|[^: ]{1,80}\.sh): ([^:]{1,20}: ){0,2}nvidia-smi ?: (?!permission denied)/,
    'driver-missing',
    'all',
  ],
  [/(command not found|unknown command): nvidia-smi|module nvidia not found/, 'driver-missing', 'all'],
  [/is not a valid (field|property) to query|invalid combination of input arguments/, 'unknown-field', 'all'],
  [/(option|argument).{0,200} is not (recognized|supported|valid)/, 'unknown-field', 'all'],
  [/device handle.{0,100}insufficient permissions?/, 'no-permission', 'device'],
  [/unable to (determine|detect) the device handle/, 'gpu-lost', 'device'],
  [/failed to initialize nvml: (insufficient permissions?|.*blocked by the operating system)/, 'no-permission', 'all'],
  [/gpu access blocked by the operating system/, 'no-permission', 'all'],
  [/failed to initialize nvml: (the )?gpu (is lost|requires)/, 'gpu-lost', 'all'],
  [/\bgpu[ 0-9a-f:.]{0,40}(is lost|requires a? ?reset)|fallen off the bus/, 'gpu-lost', 'device'],
  [/no (supported )?(nvidia )?(devices|gpus?) (were |was )?(found|detected)/, 'no-devices', 'all'],
  [/(nvidia|nvml).{0,200}(insufficient permissions?|permission denied|access is denied)/, 'no-permission', 'remark'],
  [/(permission denied|access is denied).{0,200}nvidia|^access is denied\.?$/, 'no-permission', 'remark'],
  [/failed to initialize nvml/, 'not-available', 'all'],
  // Windows says in its own language that there is no such command.
  [/['"„“«]\s?nvidia-smi(\.exe)?\s?['"”“»]/, 'driver-missing', 'remark'],
];

/** What a line that is no row says, or null where it is not a known failure. Looks at the first 500 characters. */
export function readErrorText(line: string): ErrorText | null {
  const text = line.slice(0, 500).toLowerCase();
  if (!TELLING.test(text) || isForeign(text)) return null;
  for (const [pattern, reason, scope] of TEXTS) {
    if (!pattern.test(text)) continue;
    const index = INDEX.exec(text)?.[1];
    return { reason, scope, index: index === undefined ? null : Number(index), busId: BUS_ID.exec(text)?.[0] ?? null };
  }
  return null;
}

/** Whether a line that says nothing we know is nvidia-smi's own all the same. */
export function isOwnText(line: string): boolean {
  const text = line.slice(0, 500).toLowerCase();
  return OWN.test(text) && !isForeign(text);
}

function isForeign(text: string): boolean {
  return FOREIGN.test(text) && !text.includes('nvidia-smi');
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

/**
 * From nvidia-smi's manual page ("Return value"); 18 is what it returns on a mismatch; the last ones are a shell's and
 * Windows'.
 */
const EXIT_REASONS: ReadonlyMap<number, OutputReason> = new Map([
  [2, 'unknown-field'],
  [3, 'not-available'],
  [4, 'no-permission'],
  [6, 'no-devices'],
  [8, 'not-available'],
  [9, 'driver-missing'],
  [10, 'not-available'],
  [12, 'driver-missing'],
  [13, 'not-available'],
  [15, 'gpu-lost'],
  [18, 'driver-mismatch'],
  [126, 'no-permission'],
  [127, 'driver-missing'],
  [9009, 'driver-missing'],
  [0xc0000135, 'driver-missing'],
]);

export function exitReason(exitCode: number): OutputReason | null {
  return EXIT_REASONS.get(exitCode < -1 ? exitCode + 2 ** 32 : exitCode) ?? null;
}

/** Exit codes with which no call gives rows: a driver that went away while nvidia-smi looped. */
export function exitSpoilsRows(exitCode: number): boolean {
  return exitCode === 9 || exitCode === 12 || exitCode === 18;
}
