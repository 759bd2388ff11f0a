/**
 * Builds what the WebUI runs: dist/ (the sidecar and the command line), javascript/headroom.js (the page; in other
 * languages in javascript/languages/), javascript/plots/uplot.js (which the page's tab loads), the shim's message types
 * and sentences, docs/protocol.schema.json and what OpenAPI is told. `--check` writes nothing and fails where a
 * committed file differs from what would be built.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { protocolJsonSchema } from '../service/protocol/schema.ts';
import { apiOperations } from './api-operations.ts';
import { bundlePages, bundlePlots, bundlePrograms, bundleStandalone } from './bundle.ts';
import { pythonMessages } from './python-messages.ts';
import { pythonWords } from './python-words.ts';

const ROOT = join(import.meta.dirname, '..');
/** Of the page's script, in each language. */
const PAGE_LIMIT_GZIP_BYTES = 60 * 1024;
const PAGE = /^javascript\/(headroom|languages\/\w+)\.js$/;

async function outputs(): Promise<Map<string, string>> {
  return new Map([
    ...Object.entries(await bundlePrograms()).map(([name, text]) => [`dist/${name}`, text] as const),
    ...Object.entries(await bundlePages()).map(([name, text]) => [`javascript/${name}`, text] as const),
    ['javascript/plots/uplot.js', await bundlePlots()],
    ['javascript/standalone/standalone.js', await bundleStandalone()],
    ['docs/protocol.schema.json', `${JSON.stringify(protocolJsonSchema(), null, 1)}\n`],
    ['extension/headroom/wire/messages.py', pythonMessages()],
    ['extension/headroom/words.py', pythonWords()],
    ['extension/headroom/wire/api.json', `${JSON.stringify(apiOperations(), null, 1)}\n`],
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
  if (PAGE.test(name) && gzipBytes > PAGE_LIMIT_GZIP_BYTES) {
    console.error(`${name} is larger than ${PAGE_LIMIT_GZIP_BYTES} bytes gzipped`);
    stale += 1;
  }
}
process.exitCode = stale > 0 ? 1 : 0;
