/** A checkpoint small enough for a CPU, made by the WebUI's own Python; nothing is downloaded. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WebuiInstall } from './install.ts';

const LIMIT_MS = 5 * 60_000;

export async function makeCheckpoint({ python, dir }: WebuiInstall, outDir: string): Promise<void> {
  const script = join(import.meta.dirname, 'make_checkpoint.py');
  await promisify(execFile)(python, [script, '--out', outDir, '--webui', dir], { timeout: LIMIT_MS });
}
