/** An estimate for a network and a card that a person names: what the product knows before any run. */
import { createCalibrator } from '../../calibration/calibrator.ts';
import type { ReadHistories } from '../../calibration/history.ts';
import { ATTENTION_KINDS } from '../../hosts/attention.ts';
import { reportOf, type DescribedSetUp } from '../../hosts/described.ts';
import { readReport } from '../../hosts/hosts.ts';
import type { Family } from '../../networks/families/registry.ts';
import { MIB_PER_GIB } from '../../words/index.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import { keyHashOf } from '../../recorder/key.ts';
import { storedEnvironmentOf } from '../../recorder/run.ts';
import { estimateFrom } from '../commands/estimate.ts';

export const ATTENTIONS: readonly string[] = Object.keys(ATTENTION_KINDS);

export interface NamedSetUp {
  readonly network: Family;
  readonly attention: string;
  readonly cardGiB: number;
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
  /** All on the card that is not torch's: other programs, and CUDA's own context. */
  readonly otherMiB: number;
}

export function estimateOfNamed(named: NamedSetUp): EstimateResult {
  const environment = storedEnvironmentOf(readReport(reportOf(describedBy(named))).environment);
  const { width, height, batchSize, otherMiB } = named;
  const totalMiB = named.cardGiB * MIB_PER_GIB;
  return estimateFrom(
    { operation: 'txt2img', width, height, batchSize, hires: null },
    { environment },
    {
      memory: { totalMiB, usableMiB: totalMiB, otherMiB, loaded: 'all' },
      calibration: createCalibrator(NOTHING_STORED).orSimilar(keyHashOf(environment), environment),
    },
    false,
  );
}

const NOTHING_STORED: ReadHistories = {
  revision: '',
  of: () => ({ runs: [], stored: 0, imported: [], importedStored: 0 }),
  has: () => false,
};

/** With what the WebUI has by itself, as it comes. */
function describedBy({ network, attention, cardGiB }: NamedSetUp): DescribedSetUp {
  return {
    family: network,
    attention,
    vramMode: 'none',
    unetBits: 16,
    vaeBits: 16,
    card: { name: `${cardGiB} GiB`, totalMiB: cardGiB * MIB_PER_GIB },
    webuiVersion: null,
    torch: null,
  };
}
