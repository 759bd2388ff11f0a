/** The card without kernels for one WebUI: built, with a checkpoint of zeros, in the test's own folder. */
import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { WebuiInstall } from '../live/install.ts';
import type { CardOptions } from './args.ts';
import { createCard } from './state-file.ts';

export const BLANK_CARD = join(import.meta.dirname, '..', 'blank-card');
const LIMIT_MS = 5 * 60_000;
const MISSING_EXIT_CODE = 3;

/** `missing`: one line a thing. */
export type Built = { ok: true } | { ok: false; missing: readonly string[] };

/** What `python` is instead of an environment for the card; null where it is one. */
async function whyNoPython(python: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const script = 'import sys; print("python" if sys.version_info >= (3, 10) else sys.version)';
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', script], { timeout: LIMIT_MS, env });
    return stdout.trim() === 'python' ? null : `Python >= 3.10: ${python} is ${stdout.trim().split('\n')[0]}`;
  } catch {
    return `a Python: ${python} does not run as one`;
  }
}

/** Throws where the compiler fails. */
export async function buildCard(
  { python }: WebuiInstall,
  includeDirs: readonly string[],
  outDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Built> {
  const whyNot = await whyNoPython(python, env);
  if (whyNot !== null) return { ok: false, missing: [whyNot] };
  const script = join(BLANK_CARD, 'build.py');
  const args = [script, '--out', outDir, '--python', python, ...includeDirs.flatMap((dir) => ['--include', dir])];
  try {
    await promisify(execFile)(python, args, { timeout: LIMIT_MS, env });
    return { ok: true };
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== MISSING_EXIT_CODE) throw error;
    return {
      ok: false,
      missing: (stderr ?? '').split('\n').flatMap((line) => /^missing: (.*)$/.exec(line)?.[1] ?? []),
    };
  }
}

export async function makeZeroCheckpoint({ python, dir }: WebuiInstall, family: string, outDir: string): Promise<void> {
  const script = join(BLANK_CARD, 'zero_checkpoint.py');
  const env = { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1' };
  await promisify(execFile)(python, ['-W', 'ignore', script, '--family', family, '--webui', dir, '--out', outDir], {
    timeout: LIMIT_MS,
    env,
  });
}

/** What a process needs to find this card, and its nvidia-smi, instead of a real one. */
export function cardEnvironment(builtDir: string, stateFile: string, options: CardOptions): NodeJS.ProcessEnv {
  createCard(stateFile, { totalMiB: options.cardMiB, contextMiB: options.contextMiB, otherMiB: options.otherMiB });
  return {
    BLANK_CARD_STATE: stateFile,
    BLANK_CARD_WORKSPACE: options.workspace,
    BLANK_CARD_ENGINES: options.engines,
    BLANK_CARD_KERNEL_KIB: String(options.kernelKiB),
    LD_PRELOAD: join(builtDir, 'libblankcard.so'),
    LD_LIBRARY_PATH: join(builtDir, 'driver'),
    PATH: [join(BLANK_CARD, 'bin'), process.env['PATH']].join(delimiter),
  };
}
