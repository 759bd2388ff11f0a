import { readFileSync } from 'node:fs';
import type { Run, StoredEnvironment } from '../../../service/recorder/run.ts';

type Line =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'environment'; readonly environment: StoredEnvironment };

/** An export of test/fixtures/exports/, of one set-up. */
export function exported(name: string): { readonly runs: readonly Run[]; readonly environment: StoredEnvironment } {
  const lines = readFileSync(new URL(`../../fixtures/exports/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const [environment] = lines.flatMap((line) => (line.kind === 'environment' ? [line.environment] : []));
  if (environment === undefined) throw new Error(`${name} names no set-up`);
  return { runs: lines.flatMap((line) => (line.kind === 'run' ? [line.run] : [])), environment };
}
