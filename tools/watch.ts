/**
 * `npm run watch`: builds the sidecar and the page again after each change of their sources. A running WebUI takes the
 * new sidecar after a restart, the page with a reload; the page's script carries its sources for the browser's
 * debugger. `npm run build` writes both as they are committed.
 */
import { watch } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundlePage, bundlePlots, bundlePrograms } from './bundle.ts';
import { ROOT } from './node24.mjs';

/** An editor writes a file in several steps. */
const SETTLE_MS = 100;

interface Output {
  readonly what: string;
  readonly folders: readonly string[];
  /** By path. */
  readonly bundle: () => Promise<Readonly<Record<string, string>>>;
}

const OUTPUTS: readonly Output[] = [
  {
    what: 'dist/',
    folders: ['service'],
    bundle: async () =>
      Object.fromEntries(Object.entries(await bundlePrograms()).map(([name, text]) => [`dist/${name}`, text])),
  },
  {
    what: 'javascript/headroom.js',
    // Its sentences, and what it works out by itself, are the sidecar's.
    folders: ['frontend-js', 'service'],
    bundle: async () => ({ 'javascript/headroom.js': await bundlePage({ forDebugging: true }) }),
  },
  {
    what: 'javascript/plots/uplot.js',
    folders: ['frontend-js'],
    bundle: async () => ({ 'javascript/plots/uplot.js': await bundlePlots({ forDebugging: true }) }),
  },
];

async function build({ what, bundle }: Output): Promise<void> {
  const startedMs = performance.now();
  try {
    for (const [file, text] of Object.entries(await bundle())) {
      await mkdir(dirname(join(ROOT, file)), { recursive: true });
      await writeFile(join(ROOT, file), text);
    }
    console.log(`[watch] ${what}  ${Math.round(performance.now() - startedMs)} ms`);
  } catch {
    // The bundler has printed where the mistake is.
    console.log(`[watch] ${what}  not built`);
  }
}

for (const output of OUTPUTS) {
  let timer: NodeJS.Timeout | undefined;
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void build(output), SETTLE_MS);
  };
  for (const folder of output.folders) watch(join(ROOT, folder), { recursive: true }, again);
  await build(output);
}
console.log('[watch] waiting for changes; Ctrl-C ends it');
