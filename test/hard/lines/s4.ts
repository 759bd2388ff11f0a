/** Imports that somebody made to do harm, through the command itself. */
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check, HardContext, HardLine } from '../line.ts';
import { buildExtension } from '../../browser/stand-in.ts';
import { importFile } from '../import-file.ts';
import { MB_PER_MIB } from '../processes.ts';
import { hostileFiles } from '../fuzz/hostile-imports.ts';

const MOST_MEMORY_MB = 100;
const FILES = 500;
const GIB = 2 ** 30;

/** A file of `bytes`, `piece` after `piece`. */
async function writeLarge(file: string, piece: Buffer, bytes: number): Promise<void> {
  const stream = createWriteStream(file);
  for (let written = 0; written < bytes; written += piece.length) if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}

const MIB = 2 ** 20;
const LARGE: readonly (readonly [string, () => Buffer])[] = [
  ['one endless line', () => Buffer.alloc(MIB, 'x')],
  ['one endless line of an array', () => Buffer.alloc(MIB, '[')],
  ['NULs', () => Buffer.alloc(MIB)],
  ['blank lines', () => Buffer.alloc(MIB, '\n')],
  ['lines that are not JSON', () => Buffer.from('{"kind":\n'.repeat(MIB / 8))],
  ['lines of just less than 64 KiB', () => Buffer.from(`"${'x'.repeat(65_000)}"\n`.repeat(16))],
];

async function run({ count, say }: HardContext): Promise<readonly Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-imports-'));
  const extension = await buildExtension();
  try {
    const file = join(folder, 'file.ndjson');
    const all = hostileFiles();
    const step = Math.max(1, Math.floor(all.length / count(FILES)));
    const chosen = all.filter((_, at) => at % step === 0);
    if (chosen.length === 0) throw new Error('no files');
    const wrong: string[] = [];
    let mostMiB: number | null = null;
    for (const [at, { what, bytes, line }] of chosen.entries()) {
      writeFileSync(file, bytes);
      const { exitCode, said, peakMiB } = await importFile(extension, file, join(folder, `store-${at % 20}`));
      if (peakMiB !== null) mostMiB = Math.max(mostMiB ?? 0, peakMiB);
      const asItShould =
        exitCode === 1 &&
        said.includes(`line ${line}: `) &&
        /1 line left out/.test(said) &&
        !said.includes('\u001b') &&
        /(2 runs added, 0|0 runs added, 2) known/.test(said);
      if (!asItShould) wrong.push(`${what}: exit ${exitCode}, ${said.slice(0, 300)}`);
      if (at % 100 === 99) say(`${at + 1} files, ${wrong.length} wrong`);
    }
    const checks: Check[] = [
      {
        what: 'hostile files: nothing gets in, the line is named',
        n: chosen.length,
        passed: wrong.length === 0,
        figure: wrong[0] ?? '0 wrong',
      },
    ];
    const bytes = count(GIB);
    for (const [what, piece] of LARGE) {
      await writeLarge(file, piece(), bytes);
      const { exitCode, said, peakMiB } = await importFile(extension, file, join(folder, 'large'));
      say(`${what}: exit ${exitCode}, ${said.slice(0, 200)}`);
      if (peakMiB !== null) mostMiB = Math.max(mostMiB ?? 0, peakMiB);
      // Blank lines are no mistake.
      const asItShould =
        said.includes('0 runs added') && (what === 'blank lines' || (exitCode === 1 && /line \d+: /.test(said)));
      checks.push({
        what: `${(bytes / GIB).toFixed(2)} GiB of ${what}: nothing gets in, the line is named`,
        n: 1,
        passed: asItShould,
        figure: said.split('\n')[0]?.slice(0, 90) ?? '',
      });
    }
    const mostMB = mostMiB === null ? null : mostMiB * MB_PER_MIB;
    return [
      ...checks,
      {
        what: 'memory of the whole process, at most',
        n: chosen.length + LARGE.length,
        passed: mostMB === null ? null : mostMB <= MOST_MEMORY_MB,
        figure: mostMB === null ? 'this system does not tell' : `${mostMB.toFixed(1)} MB (<= ${MOST_MEMORY_MB})`,
      },
    ];
  } finally {
    for (const path of [folder, extension]) rmSync(path, { recursive: true, force: true });
  }
}

export const line: HardLine = { id: 'S4', holds: 'an import that was made to do harm does none', run };
