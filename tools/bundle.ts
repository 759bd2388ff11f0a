/** How the two programs are bundled, each to one file. The build and the browser tests share it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

// Some dependencies inside the ESM bundle still call require().
const REQUIRE_BANNER = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** A stylesheet is imported as its text, minified. */
const cssAsText: esbuild.Plugin = {
  name: 'css-as-text',
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code, loader: 'text' };
    });
  },
};

async function bundle(options: esbuild.BuildOptions): Promise<string> {
  const result = await esbuild.build({
    ...options,
    bundle: true,
    write: false,
    absWorkingDir: join(import.meta.dirname, '..'),
    legalComments: 'inline',
    logLevel: 'error',
  });
  return result.outputFiles?.[0]?.text ?? '';
}

/** The sidecar: an ES module for Node.js 24 with all its packages inside. */
export function bundleSidecar(): Promise<string> {
  return bundle({
    entryPoints: ['service/main.ts'],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE_BANNER },
  });
}

/** The page's script: one IIFE with its styles inside. */
export function bundlePage(): Promise<string> {
  return bundle({
    entryPoints: ['frontend-js/main.ts'],
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    plugins: [cssAsText],
  });
}
