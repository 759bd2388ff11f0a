/**
 * Builds what the WebUI runs: dist/headroom.mjs (the sidecar), javascript/headroom.js and style.css (the page), and
 * docs/protocol.schema.json. `--check` writes nothing and fails where a committed file differs from what would be built.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { protocolJsonSchema } from '../service/protocol/schema.ts';
import { bundlePage } from './page-bundle.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE_LIMIT_GZIP_BYTES = 40 * 1024;

// Some dependencies inside the ESM bundle still call require().
const REQUIRE_BANNER = "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

async function bundle(options: Parameters<typeof build>[0]): Promise<string> {
  const result = await build({ ...options, bundle: true, write: false, absWorkingDir: ROOT, legalComments: 'inline', logLevel: 'error' });
  return result.outputFiles?.[0]?.text ?? '';
}

async function outputs(): Promise<Map<string, string>> {
  const sidecar = await bundle({
    entryPoints: ['service/main.ts'],
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: REQUIRE_BANNER },
  });
  const page = await bundlePage();
  return new Map([
    ['dist/headroom.mjs', sidecar],
    ['javascript/headroom.js', page],
    ['docs/protocol.schema.json', `${JSON.stringify(protocolJsonSchema(), null, 1)}\n`],
  ]);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const check = process.argv.includes('--check');
let stale = 0;
for (const [name, text] of await outputs()) {
  const path = join(ROOT, name);
  const gzipBytes = gzipSync(text).length;
  if (check) {
    const same = readOrEmpty(path) === text;
    if (!same) stale += 1;
    console.log(`${same ? 'up to date' : 'STALE: run "npm run build" and commit'}  ${name}`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`${name}  ${text.length} bytes, ${gzipBytes} gzipped`);
  }
  if (name === 'javascript/headroom.js' && gzipBytes > PAGE_LIMIT_GZIP_BYTES) {
    console.error(`${name} is larger than ${PAGE_LIMIT_GZIP_BYTES} bytes gzipped`);
    stale += 1;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
