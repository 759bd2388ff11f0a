/** Checkpoints that a WebUI keeps beside the one in use. */
import type { Facts } from '../protocol/shim.ts';
import { isTrue } from './facts.ts';

const KEPT = 'modules.sd_models:model_data.loaded_sd_models#';
/** A1111's "Only keep one model on device". */
const IN_RAM = 'opts:sd_checkpoints_keep_in_cpu';
/** Weights alone, as older WebUIs keep them in RAM. */
const CACHED = 'modules.sd_models:checkpoints_loaded#';

export const KEPT_FACTS: readonly string[] = [KEPT, IN_RAM, CACHED];

export interface KeptCheckpoints {
  /** Beside the one in use. */
  readonly onCard: number;
  readonly inRam: number;
}

/** null where the WebUI tells of none that it keeps. */
export function keptCheckpointsOf(facts: Facts): KeptCheckpoints | null {
  const models = countOf(facts[KEPT]);
  const cached = countOf(facts[CACHED]) ?? 0;
  if (models === null) return null;
  const beside = Math.max(0, models - 1);
  return isTrue(facts[IN_RAM]) ? { onCard: 0, inRam: beside + cached } : { onCard: beside, inRam: cached };
}

function countOf(value: string | null | undefined): number | null {
  return value !== null && value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
}
