import { FLAGS } from '../operations/registry.ts';
import { readArgs } from './args.ts';
import type { CliIo, TextInput, TimedIo } from './io.ts';
import { mistakeInWords, SEE_HELP, usageInWords } from '../words/index.ts';
import type { Mistake } from '../words/mistake.ts';
import { VERSION } from './version.ts';

export interface ServeRequest {
  readonly dataDir: string;
  readonly parentPid: number | null;
  readonly standalone: boolean;
  readonly nvidiaSmi: string | null;
  readonly webuiId: string | null;
}

/** What the command line needs of the world. */
export interface CliWorld extends TimedIo {
  readonly stdin: TextInput;
  readonly defaultDataDir: () => string;
  /** Whether the driver of this machine gives out system RAM where it could refuse. */
  readonly driverMaySpill: () => boolean;
  readonly serve: (request: ServeRequest) => Promise<number>;
  /** As the person has it: for programs that are theirs. */
  readonly ownEnv: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs one command; resolves with the exit code: 0 done, 1 failed, 2 not understood. What a command needs is loaded by
 * it alone, so that none waits for the others' libraries.
 */
export async function runCli(args: readonly string[], world: CliWorld): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined) return misused(world, { code: 'no-command' });
  if (command === '--help' || command === 'help') return usage(world);
  if (command === '--version') {
    world.out(`${VERSION}\n`);
    return 0;
  }
  if (!isVerb(command)) return misused(world, { code: 'unknown-command', command });
  if (command !== 'doctor' && wordsOfOurs(rest).includes('--help')) return usage(world);
  return COMMANDS[command](rest, world);
}

/** Behind "--" stand those of a program that is to be run. */
function wordsOfOurs(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

type Command = (args: readonly string[], world: CliWorld) => number | Promise<number>;

const COMMANDS = {
  serve: serveCommand,
  estimate: async (args, world) => (await import('./estimate.ts')).runEstimate(args, world),
  advise: async (args, world) => (await import('./advise.ts')).runAdvise(args, world),
  max: async (args, world) => (await import('./advise.ts')).runMax(args, world),
  doctor: async (args, world) => (await import('./doctor.ts')).runDoctor(args, world),
  explain: async (args, world) => (await import('./explain.ts')).runExplain(args, world),
  export: (args, world) => transferWords('export', args, world),
  import: (args, world) => transferWords('import', args, world),
  forget: forgetCommand,
  record: async (args, world) => (await import('./record.ts')).recordCommand(args, world),
  compare: async (args, world) => (await import('./compare.ts')).compareCommand(args, world),
} as const satisfies Readonly<Record<string, Command>>;

export type Verb = keyof typeof COMMANDS;

function isVerb(command: string): command is Verb {
  return Object.hasOwn(COMMANDS, command);
}

function usage(world: CliWorld): number {
  world.out(`${usageInWords(VERSION, FLAGS)}\n`);
  return 0;
}

function misused(world: CliIo, mistake: Mistake): number {
  world.err(`headroom: ${mistakeInWords(mistake)} ${SEE_HELP}\n`);
  return 2;
}

function serveCommand(args: readonly string[], world: CliWorld): number | Promise<number> {
  const parsed = readArgs(args, {
    'data-dir': 'text',
    'parent-pid': 'text',
    'webui-id': 'text',
    'nvidia-smi': 'text',
    standalone: 'flag',
  });
  if (!parsed.ok) return misused(world, parsed.reason);
  const pid = parsed.value.text('parent-pid');
  if (pid !== null && !/^[1-9]\d{0,9}$/.test(pid)) return misused(world, { code: 'parent-pid' });
  const webuiId = parsed.value.text('webui-id');
  if (webuiId !== null && !/^[\w-]{1,64}$/.test(webuiId)) return misused(world, { code: 'webui-id' });
  return world.serve({
    dataDir: parsed.value.text('data-dir') ?? world.defaultDataDir(),
    parentPid: pid === null ? null : Number(pid),
    standalone: parsed.value.flag('standalone'),
    nvidiaSmi: parsed.value.text('nvidia-smi'),
    webuiId,
  });
}

async function forgetCommand(args: readonly string[], world: CliWorld): Promise<number> {
  const parsed = readArgs(args, { 'data-dir': 'text', key: 'text', imported: 'flag' });
  if (!parsed.ok) return misused(world, parsed.reason);
  // A word more, so that nobody loses by a slip what took hours to measure.
  if (!parsed.value.flag('imported')) return misused(world, { code: 'forget-what' });
  const { forgetImported } = await import('./forget.ts');
  return forgetImported(parsed.value.text('data-dir') ?? world.defaultDataDir(), parsed.value.text('key'), world);
}

async function transferWords(command: 'export' | 'import', args: readonly string[], world: CliWorld): Promise<number> {
  const parsed = readArgs(args, { 'data-dir': 'text', [command === 'export' ? 'force' : 'own']: 'flag' }, 1);
  if (!parsed.ok) return misused(world, parsed.reason);
  const dataDir = parsed.value.text('data-dir') ?? world.defaultDataDir();
  const [file = null] = parsed.value.files;
  const { exportRuns, importRuns } = await import('./transfer.ts');
  if (command === 'export') return exportRuns(dataDir, file, parsed.value.flag('force'), world);
  return file === null
    ? misused(world, { code: 'import-what' })
    : importRuns(dataDir, file, parsed.value.flag('own'), world);
}
