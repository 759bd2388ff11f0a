/** The page's script as the sources stand now, so that these tests never run an old build. */
import { join } from 'node:path';
import { build } from 'esbuild';

export async function bundlePageScript(): Promise<string> {
  const result = await build({
    absWorkingDir: join(import.meta.dirname, '..', '..'),
    entryPoints: ['frontend-js/main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    loader: { '.css': 'text' },
    logLevel: 'error',
  });
  return result.outputFiles[0]?.text ?? '';
}
