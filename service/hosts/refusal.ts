import type { RunRefused } from '../protocol/host.ts';
import type { Because, ShimMessage } from '../protocol/shim.ts';

/** What a benchmark makes of it. */
const REASONS: Readonly<Record<Because, RunRefused['reason']>> = {
  busy: 'busy',
  'no-model': 'no-model',
  'no-processing': 'unsupported',
  'no-counters': 'no-caps',
  'cap-refused': 'no-caps',
  cancelled: 'interrupted',
  interrupted: 'interrupted',
  'shim-failed': 'unsupported',
};

export function refusalOf({ runId, because, detail }: Extract<ShimMessage, { type: 'run-refused' }>): RunRefused {
  return { type: 'run-refused', runId, reason: REASONS[because], problem: { code: 'refused', because, detail } };
}
