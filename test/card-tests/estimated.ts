/** An estimate as the sidecar answers it: the protocol's own example, with other figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstimateResult, IntervalMiB } from '../../service/protocol/estimate.ts';

type Estimated = Extract<EstimateResult, { status: 'estimated' }>;

const MESSAGES = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'messages', 'toViewer.json'), 'utf8'),
) as readonly {
  type: string;
  result?: EstimateResult;
}[];

export function estimated(verdict: Estimated['verdict'], required: IntervalMiB, peak: IntervalMiB): Estimated {
  const example = MESSAGES.find(({ type, result }) => type === 'estimate' && result?.status === 'estimated')?.result;
  if (example?.status !== 'estimated') throw new Error('the fixtures hold no estimate');
  return { ...example, verdict, required, peak };
}
