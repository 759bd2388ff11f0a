/** `headroom import FILE` as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Imported {
  readonly exitCode: number | null;
  readonly said: string;
  /** The most memory that the process had; null where the system does not tell. */
  readonly peakMiB: number | null;
}

/** Runs `headroom import FILE`, of a built extension, looking at its memory as it goes. */
export async function importFile(
  extension: string,
  file: string,
  dataDir: string,
  args: readonly string[] = [],
): Promise<Imported> {
  const child = spawn(process.execPath, [
    join(extension, 'dist', 'headroom.mjs'),
    'import',
    file,
    '--data-dir',
    dataDir,
    ...args,
  ]);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-100_000)));
  let peakMiB: number | null = null;
  const looking = setInterval(() => (peakMiB = highWaterMiB(child.pid ?? 0) ?? peakMiB), 10);
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  clearInterval(looking);
  return { exitCode, said, peakMiB };
}

function highWaterMiB(pid: number): number | null {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  } catch {
    return null;
  }
}
