/** Sizes of what is committed and loaded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROOT = join(import.meta.dirname, '..');

export function bundleTable(): string {
  const lines = [
    'dist/headroom.mjs',
    'dist/headroom-commands.mjs',
    'javascript/headroom.js',
    'javascript/languages/de.js',
    'javascript/plots/uplot.js',
  ].map((name) => {
    const bytes = readFileSync(join(ROOT, name));
    return `| ${name} | ${(bytes.length / 1024).toFixed(0)} KiB | ${(gzipSync(bytes).length / 1024).toFixed(1)} KiB |`;
  });
  return ['| bundle | size | gzipped |', '|---|---|---|', ...lines].join('\n');
}
