import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

// Some dependencies inside the ESM bundle still call require().
const REQUIRE_BANNER =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * The driver with its packages in one file, for Node.js 24 and a clone that has no node_modules; it can neither pack
 * nor publish.
 */
export async function pack(file: string): Promise<void> {
  const result = await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['./pack.ts', './publish/publish.ts'],
    banner: { js: REQUIRE_BANNER },
    logLevel: 'error',
  });
  writeFileSync(file, result.outputFiles[0]?.text ?? '');
}
