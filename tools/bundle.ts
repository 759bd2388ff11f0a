/** How the two programs are bundled, each to one file. The build and the browser tests share it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

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

/**
 * Of uPlot, which is half of the page's script, what the page never asks for is left out: other ways to draw a line
 * than straight, points, bands, scales in time, logarithms and arcsines, tables joined, legends, selections, and
 * whatever follows the mouse.
 */
const UNUSED_PATHS = /\(paths\.(stepped|bars|spline) +=[^;]*;/g;
const UNUSED_NAMES = [
  'fmtDate',
  'tzDate',
  'genTimeStuffs',
  'timeAxis(?:Stamps|Vals?)',
  'timeSeries(?:Stamp|Val)',
  '(?:log|asinh)AxisSplits',
  'log(?:10|2)AxisValsFilt',
  'range(?:Log|Asinh)',
  'join',
  'points',
  'clipBandLine',
  'bandFillClipDirs',
  'seriesPointsShow',
];
const UNUSED_INSIDE = [
  'updateCursor',
  'initLegendRow',
  'setLegend(?:Values)?',
  'syncLegend',
  'initCursorPt',
  'cacheMouse',
  'mouse(?:Up|Down|Move|Leave)',
  'dblClick',
  '(?:add|del)(?:Series|Band)',
  'set(?:Series|Focus|Alpha|Select)',
  'toggleDOM',
  'posToVal',
];
/** A function of the module ends with a brace at a line's beginning, one inside with one a tab from it. */
const UNUSED_FUNCTIONS = new RegExp(
  `^function (${UNUSED_NAMES.join('|')})\\([^]*?^}|^\\tfunction (${UNUSED_INSIDE.join('|')})\\([^]*?^\\t}`,
  'gm',
);

/** What no plot of the page ever is, has or does, as constants: esbuild leaves out what hangs on them. */
const NEVER: readonly (readonly [is: RegExp, instead: string, times: number])[] = [
  // One table of columns, x in its first.
  [/\bmode == 2\b/g, 'false', 12],
  [/\bmode == 1\b/g, 'true', 8],
  [/\bscaleX\.ori == 0/g, 'true', 14],
  // Scales in time, logarithms and arcsines, or by what is there.
  [/\bFEAT_TIME\b(?! )/g, 'false', 1],
  [/\bisTime\b(?! =)|\bscaleX\.time\b/g, 'false', 8],
  [/\bms == 1\b/g, 'false', 3],
  [/\b(?:(?:sc|scale|wsc)\.distr|distr|xScaleDistr) (?:== \d+|>= 3)/g, 'false', 32],
  // Legends, cursors and what they select.
  [
    /\bshow(?:Legend|Cursor)\b(?! =)|\b(?:legend\.(?:show|live)|select\.show|cursorFocus|cursorOnePt)\b(?! =)/g,
    'false',
    22,
  ],
  [/^const legendOpts = \{[^]*?^};/gm, 'const legendOpts = { markers: {}, values: [] };', 1],
  [
    /^const cursorOpts = \{[^]*?^};/gm,
    'const cursorOpts = { left: -10, points: {}, hover: {}, focus: { prox: -1 }, drag: {} };',
    1,
  ],
  [/\bcursor\.dataIdx == null/g, 'false', 1],
  [/\bcursor\.left >= 0/g, 'false', 3],
  // More points than pixels, what is filled, and bands.
  [/if \(decimate\)/g, 'if (false)', 1],
  [/if \(series\.fill != null \|\| bandFillDir != 0\)|if \(bandClipDir != 0\)/g, 'if (false)', 6],
  [/let \[ *bandFillDir, bandClipDir *\] = bandFillClipDirs[^;]+;/g, '', 3],
  [/flags != 0 && bands\.forEach/g, 'false && bands.forEach', 1],
];

const plainPlotsOnly: esbuild.Plugin = {
  name: 'plain-plots-only',
  setup(build) {
    build.onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const replaced = (text: string, is: RegExp, instead: string, times: number): string => {
        const found = text.match(is)?.length ?? 0;
        if (found !== times)
          throw new Error(`${path} is not the uPlot that this was written for: ${is.source}, ${found}`);
        return text.replace(is, instead);
      };
      let contents = replaced(await readFile(path, 'utf8'), UNUSED_PATHS, '', 3);
      contents = replaced(contents, UNUSED_FUNCTIONS, 'function $1$2() { return [[], [], $1$2]; }', 41);
      for (const never of NEVER) contents = replaced(contents, ...never);
      return { contents, loader: 'js' };
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
 * What is asked of the sidecar has no body. Express loads its body parsers all the same, with tables of all the world's
 * character sets: half a megabyte of text that Node.js would hold in memory.
 */
const noBodyParsers: esbuild.Plugin = {
  name: 'no-body-parsers',
  setup(build) {
    build.onResolve({ filter: /^body-parser$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** One character beyond ASCII would have Node.js hold all of it with two bytes a character. */
function inAscii(text: string): string {
  return text.replaceAll(
    /[\u{80}-\u{ffff}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The sidecar: an ES module for Node.js 24 with all its packages inside. */
export async function bundleSidecar(): Promise<string> {
  const text = await bundle({
    entryPoints: ['service/main.ts'],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE_BANNER },
    plugins: [builtinsOnDemand, noBodyParsers],
  });
  return inAscii(text);
}

interface PageOptions {
  /** With names and lines as they were written. */
  readonly forDebugging?: boolean;
  readonly plugins?: readonly esbuild.Plugin[];
}

/** The page's script: one IIFE with its styles inside. */
export function bundlePage({ forDebugging = false, plugins = [] }: PageOptions = {}): Promise<string> {
  return bundle({
    entryPoints: ['frontend-js/main.ts'],
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: !forDebugging,
    sourcemap: forDebugging ? 'inline' : false,
    plugins: [cssAsText, plainPlotsOnly, ...plugins],
  });
}
