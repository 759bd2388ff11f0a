import type { PlanOptions } from '../../../service/plan/types.ts';
import { OPERATIONS } from '../../../service/protocol/settings.ts';
import { TRAITS } from '../model/synthetic-host.ts';

/** What is asked for by default, of the synthetic host. */
export const OPTIONS: PlanOptions = {
  maxSizePx: 960,
  maxBatchSize: 8,
  operations: OPERATIONS,
  budget: 'default',
  limitMiB: null,
  seed: 1,
  traits: TRAITS,
};
