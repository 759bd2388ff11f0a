/** How the page's script is bundled: one IIFE with its styles inside. The build and the browser tests share it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import type { Plugin } from 'esbuild';

/** A stylesheet is imported as its text, minified. */
const cssAsText: Plugin = {
  name: 'css-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code, loader: 'text' };
    });
  },
};

export async function bundlePage(): Promise<string> {
  const result = await build({
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: ['frontend-js/main.ts'],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'inline',
    logLevel: 'error',
    plugins: [cssAsText],
  });
  return result.outputFiles[0]?.text ?? '';
}
