/** How the programs are bundled, each to one file. The build and the browser tests share it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { LANGUAGES, pageScriptOf } from '../service/words/languages.ts';
import { speaking, speakingAll } from './languages.ts';

// Some dependencies inside the ESM bundle still call require().
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

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
    // The bundle names its modules: where node_modules is a link, not by where that leads.
    preserveSymlinks: true,
    write: false,
    absWorkingDir: join(import.meta.dirname, '..'),
    legalComments: 'inline',
    logLevel: 'error',
  });
  return result.outputFiles?.[0]?.text ?? '';
}

/**
 * A Node.js refuses an ES module that imports what it lacks (an older one `node:sqlite`) before a line of it runs, so
 * nobody could be told which one is needed. `require` asks only when the module that wants it is run.
 */
const builtinsOnDemand: esbuild.Plugin = {
  name: 'builtins-on-demand',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};

/**
 * What is asked of the sidecar has no body, and its query strings are plain. Express loads its parsers of both all the
 * same, with tables of all the world's character sets: half a megabyte of text that Node.js would hold in memory.
 */
const noParsers: esbuild.Plugin = {
  name: 'no-parsers',
  setup(build) {
    build.onResolve({ filter: /^(body-parser|qs)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Express knows the media types of all files there are, 150 KB of text. These are the ones that it is asked for. */
const MEDIA_TYPES = ['application/json', 'application/octet-stream', 'text/html', 'text/javascript', 'text/plain'];

const fewMediaTypes: esbuild.Plugin = {
  name: 'few-media-types',
  setup(build) {
    build.onLoad({ filter: /mime-db[\\/]db\.json$/ }, async ({ path }) => {
      const all = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
      const asked = Object.entries(all).filter(([type]) => MEDIA_TYPES.includes(type));
      if (asked.length < MEDIA_TYPES.length) throw new Error(`${path} lacks one of ${MEDIA_TYPES.join(', ')}`);
      return { contents: JSON.stringify(Object.fromEntries(asked)), loader: 'json' };
    });
  },
};

/** One character beyond ASCII would have Node.js hold all of it with two bytes a character. */
function inAscii(text: string): string {
  return text.replaceAll(
    /[\u{80}-\u{ffff}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The command line is a file of its own, that the sidecar never loads: beside a WebUI it would only take memory. Each
 * file is whole by itself, so that an update beneath a running program takes nothing from it that it has yet to load.
 */
const COMMANDS_FILE = 'headroom-commands.mjs';

const commandsBeside: esbuild.Plugin = {
  name: 'commands-beside',
  setup(build) {
    build.onResolve({ filter: /^\.\/cli\/cli\.ts$/ }, () => ({ path: `./${COMMANDS_FILE}`, external: true }));
  },
};

async function bundleForNode(entry: string, plugins: readonly esbuild.Plugin[]): Promise<string> {
  const text = await bundle({
    entryPoints: [entry],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE_BANNER },
    plugins: [builtinsOnDemand, noParsers, fewMediaTypes, ...plugins],
    // Its main file is one module, of which nothing could be left out.
    alias: { 'ml-matrix': './node_modules/ml-matrix/src/index.js' },
  });
  return inAscii(text);
}

/** What lies in dist/, by name: ES modules for Node.js 24 with all their packages inside. */
export async function bundlePrograms(): Promise<Readonly<Record<string, string>>> {
  return {
    'headroom.mjs': await bundleForNode('service/main.ts', [commandsBeside]),
    [COMMANDS_FILE]: await bundleForNode('service/cli/cli.ts', [speakingAll]),
  };
}

interface PageOptions {
  /** With names and lines as they were written. */
  readonly forDebugging?: boolean;
  readonly plugins?: readonly esbuild.Plugin[];
}

/** The page's script in English: one IIFE with its styles inside. */
export function bundlePage(options?: PageOptions): Promise<string> {
  return bundleForPage('frontend-js/main.ts', options);
}

/** What lies in javascript/, by path: the page's script, and the same in each other language, which it loads. */
export async function bundlePages(options: PageOptions = {}): Promise<Readonly<Record<string, string>>> {
  const { plugins = [] } = options;
  const all = LANGUAGES.map(async (language) => {
    const text = await bundlePage({ ...options, plugins: [speaking(language), ...plugins] });
    return [pageScriptOf(language), text] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

/** uPlot, which the tab loads when it needs it; the WebUI's list of scripts does not look into folders. */
export function bundlePlots(options?: PageOptions): Promise<string> {
  return bundleForPage('frontend-js/plots.ts', options);
}

/** What the page of `serve --standalone` has beside the tab. */
export function bundleStandalone(options?: PageOptions): Promise<string> {
  return bundleForPage('frontend-js/standalone.ts', options);
}

function bundleForPage(entry: string, { forDebugging = false, plugins = [] }: PageOptions = {}): Promise<string> {
  return bundle({
    entryPoints: [entry],
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: !forDebugging,
    sourcemap: forDebugging ? 'inline' : false,
    plugins: [cssAsText, ...plugins],
  });
}
