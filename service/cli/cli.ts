import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { CliIo } from './io.ts';
import { VERSION } from './version.ts';

/** What the command line needs of the world; the heavy parts are asked for only by the command that needs them. */
export interface CliWorld extends CliIo {
  readonly defaultDataDir: () => string;
  readonly serve: (options: { dataDir: string; parentPid: number | null; standalone: boolean; nvidiaSmi: string | null }) => Promise<number>;
}

export const USAGE = `headroom: know what VRAM a generation will need

headroom serve [--data-dir DIR] [--parent-pid PID] [--nvidia-smi FILE] [--standalone]
    The sidecar: reads a token of 64 hex digits from stdin, listens on 127.0.0.1, ends with stdin.
    --standalone: for your own terminal and browser, with no WebUI.
headroom --help
headroom --version
`;

/** Runs one command; resolves with the exit code: 0 done, 1 failed, 2 not understood. */
export async function runCli(args: readonly string[], world: CliWorld): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'serve':
      return serveCommand(rest, world);
    case '--version':
      world.out(`${VERSION}\n`);
      return 0;
    case '--help':
    case 'help':
      world.out(USAGE);
      return 0;
    default:
      world.err(command === undefined ? USAGE : `headroom: unknown command "${command}". See headroom --help.\n`);
      return 2;
  }
}

async function serveCommand(args: string[], world: CliWorld): Promise<number> {
  const parsed = parse(args, { 'data-dir': { type: 'string' }, 'parent-pid': { type: 'string' }, 'nvidia-smi': { type: 'string' }, standalone: { type: 'boolean' } });
  if (!parsed.ok) return misused(world, parsed.message);
  const { values } = parsed;
  const parentPid = values['parent-pid'] === undefined ? null : Number(values['parent-pid']);
  if (parentPid !== null && !(Number.isInteger(parentPid) && parentPid > 0)) return misused(world, '--parent-pid must be a process id.');
  return world.serve({
    dataDir: textOf(values['data-dir']) ?? world.defaultDataDir(),
    parentPid,
    standalone: values['standalone'] === true,
    nvidiaSmi: textOf(values['nvidia-smi']),
  });
}

type Parsed = { readonly ok: true; readonly values: Record<string, unknown>; readonly positionals: string[] } | { readonly ok: false; readonly message: string };

export function parse(args: string[], options: ParseArgsOptionsConfig, allowPositionals = false): Parsed {
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals, strict: true });
    return { ok: true, values, positionals };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function misused(world: CliIo, message: string): number {
  world.err(`headroom: ${message} See headroom --help.\n`);
  return 2;
}
