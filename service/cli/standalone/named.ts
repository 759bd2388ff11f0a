/** An estimate for a network and a card that a person names: what the product knows before any run. */
import { createCalibrator } from '../../calibration/calibrator.ts';
import type { ReadHistories } from '../../calibration/history.ts';
import { OWN } from '../../hosts/a1111.ts';
import { ATTENTION_KINDS, OPTIMISATION } from '../../hosts/attention.ts';
import { readReport } from '../../hosts/hosts.ts';
import { FAMILIES, type Family } from '../../networks/families/registry.ts';
import { MIB_PER_GIB } from '../../words/index.ts';
import type { EstimateResult } from '../../protocol/estimate.ts';
import type { Report } from '../../protocol/shim.ts';
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

/** The ones that are current. */
const WEBUI_VERSION = 'v1.10.1';
const TORCH_VERSION = '2.1.2+cu121';

export function estimateOfNamed(named: NamedSetUp): EstimateResult {
  const environment = storedEnvironmentOf(readReport(reportOf(named)).environment);
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

/** As A1111 would report it. */
function reportOf({ network, attention, cardGiB }: NamedSetUp): Report {
  return {
    program: [...OWN],
    webuiVersion: WEBUI_VERSION,
    device: {
      type: 'cuda',
      hip: null,
      name: `${cardGiB} GiB`,
      totalMiB: cardGiB * MIB_PER_GIB,
      uuid: null,
      pci: null,
      driverUuid: null,
      driverBusId: null,
    },
    latentUpscalers: ['Latent'],
    imageUpscalers: [],
    facts: {
      [OPTIMISATION]: attention === 'None' ? '' : attention,
      'torch:__version__': TORCH_VERSION,
      'model:__class__.__name__': 'LatentDiffusion',
      [`model:${FAMILIES[network].webui.flag}`]: 'True',
      'modules.devices:dtype': 'torch.float16',
      'modules.devices:dtype_unet': 'torch.float16',
      'modules.devices:dtype_vae': 'torch.float16',
      'flags:lowvram': 'False',
      'flags:medvram': 'False',
      'opts:batch_cond_uncond': 'True',
      'opts:sd_unet': 'Automatic',
      'opts:sd_vae_decode_method': 'Full',
      'opts:sd_vae_encode_method': 'Full',
    },
  };
}
