/** The command line of `npm run test:card`. */
import { parseArgs } from 'node:util';
import { kindOf } from '../../service/operations/registry.ts';
import { OPERATIONS, type Operation } from '../../service/protocol/settings.ts';

export const LAWS = ['none', 'x', 'x+y', 'x+w+y'] as const;
export type Law = (typeof LAWS)[number];
export const FAMILIES = ['sd1', 'sd2', 'sdxl', 'sd1-inpainting', 'sd2-inpainting', 'sdxl-inpainting'] as const;
export type Family = (typeof FAMILIES)[number];
/** What the WebUI can run with such a checkpoint. */
export function operationsOf(family: Family): readonly Operation[] {
  const conditioning = family.endsWith('-inpainting') ? 'inpainting' : 'prompt';
  return OPERATIONS.filter((operation) => kindOf(operation).runsWith.includes(conditioning));
}

export const ENGINES = ['anew', 'kept'] as const;

export interface CardOptions {
  /** Folder of an installed WebUI; null where none was given. */
  webuiDir: string | null;
  /** The WebUI's Python; null to look for its venv. */
  python: string | null;
  cardMiB: number;
  contextMiB: number;
  otherMiB: number;
  /** What the context grows by with each kernel that is launched for the first time. */
  kernelKiB: number;
  family: Family;
  /** Of the WebUI, as a person adds them to its start. */
  flags: readonly string[];
  /** Which copies a convolution's first engine makes. */
  workspace: Law;
  /**
   * Whether each run that finds out the truth is the first of its sizes, or PyTorch keeps the engines that earlier ones
   * fell back to.
   */
  engines: (typeof ENGINES)[number];
  /** Settings as people choose them, and settings whose need lies near what the card has. */
  settings: number;
  nearEdge: number;
  seed: number;
  /** Decodes that are to run out of memory, to see how many Rescue saves; 0: estimates are judged instead. */
  rescues: number;
  /** Folders of CUDA's headers beside those of the wheels. */
  includeDirs: readonly string[];
  /** Opens the real page in a browser first, and says how long a newcomer waits for a figure. */
  page: boolean;
  /** Leaves the temporary folder with its log behind. */
  keep: boolean;
  json: boolean;
}

export const USAGE = `npm run test:card -- --webui-dir DIR [--python PATH] [--card-mib N] [--context-mib N] [--other-mib N] [--kernel-kib N]
    [--family sd1|sd2|sdxl[-inpainting]] [--flags "FLAGS"] [--workspace none|copies|x|x+y|x+w+y] [--engines anew|kept]
    [--settings N] [--near-edge N] [--seed N] [--rescues N] [--include DIR] [--page] [--keep] [--json]
  DIR is an installed AUTOMATIC1111 WebUI whose Python has a CUDA build of PyTorch (Linux). It needs gcc and no GPU. Its models, settings and
  images are left alone. test/blank-card/README.md says what the card is.`;

export type ParsedArgs = { ok: true; options: CardOptions } | { ok: false; message: string };

const NUMBERS = {
  'card-mib': { least: 1024, most: 1_048_576 },
  'context-mib': { least: 0, most: 8192 },
  'other-mib': { least: 0, most: 1_048_576 },
  'kernel-kib': { least: 0, most: 1_048_576 },
  settings: { least: 0, most: 1000 },
  'near-edge': { least: 0, most: 1000 },
  seed: { least: 0, most: 999_999_999 },
  rescues: { least: 0, most: 1000 },
} as const;

export function parseCardArgs(args: readonly string[]): ParsedArgs {
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    const { least, most } = NUMBERS[name];
    const isWhole = /^\d{1,9}$/.test(values[name]);
    if (!isWhole || Number(values[name]) < least || Number(values[name]) > most) {
      return { ok: false, message: `--${name} is a whole number from ${least} to ${most}, not ${values[name]}` };
    }
  }
  const law = values.workspace === 'copies' ? 'x+w+y' : LAWS.find((name) => name === values.workspace);
  if (law === undefined)
    return { ok: false, message: `--workspace is one of copies, ${LAWS.join(', ')}, not ${values.workspace}` };
  const family = FAMILIES.find((name) => name === values.family);
  if (family === undefined)
    return { ok: false, message: `--family is one of ${FAMILIES.join(', ')}, not ${values.family}` };
  const engines = ENGINES.find((name) => name === values.engines);
  if (engines === undefined)
    return { ok: false, message: `--engines is one of ${ENGINES.join(', ')}, not ${values.engines}` };
  return {
    ok: true,
    options: {
      webuiDir: values['webui-dir'] ?? null,
      python: values.python ?? null,
      cardMiB: Number(values['card-mib']),
      contextMiB: Number(values['context-mib']),
      otherMiB: Number(values['other-mib']),
      kernelKiB: Number(values['kernel-kib']),
      family,
      flags: values.flags.split(/\s+/).filter((flag) => flag !== ''),
      workspace: law,
      engines,
      settings: Number(values.settings),
      nearEdge: Number(values['near-edge']),
      seed: Number(values.seed),
      rescues: Number(values.rescues),
      includeDirs: values.include,
      page: values.page,
      keep: values.keep,
      json: values.json,
    },
  };
}

/** The WebUI's flags begin with dashes, too: parseArgs takes such a value only with an equals sign. */
function joined(args: readonly string[]): string[] {
  const at = args.indexOf('--flags');
  return at < 0 || at + 1 >= args.length
    ? [...args]
    : [...args.slice(0, at), `--flags=${args[at + 1]}`, ...args.slice(at + 2)];
}

function read(args: readonly string[]) {
  return parseArgs({
    args: joined(args),
    options: {
      'webui-dir': { type: 'string' },
      python: { type: 'string' },
      'card-mib': { type: 'string', default: '8192' },
      'context-mib': { type: 'string', default: '450' },
      'other-mib': { type: 'string', default: '0' },
      'kernel-kib': { type: 'string', default: '0' },
      family: { type: 'string', default: 'sd1' },
      flags: { type: 'string', default: '' },
      workspace: { type: 'string', default: 'copies' },
      engines: { type: 'string', default: 'anew' },
      settings: { type: 'string', default: '30' },
      'near-edge': { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      rescues: { type: 'string', default: '0' },
      include: { type: 'string', multiple: true, default: [] },
      page: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  }).values;
}
