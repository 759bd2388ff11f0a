import type { Session } from '../../../service/store/session.ts';

export const SESSION: Session = {
  sessionId: 'session-1',
  keyHash: 'key-1',
  startedAtMs: 0,
  options: { maxSizePx: 1024, maxBatchSize: 4, operations: ['txt2img'], budget: 'quick' },
  seed: 7,
  runsPlanned: 10,
  state: 'open',
  heldBy: null,
};
