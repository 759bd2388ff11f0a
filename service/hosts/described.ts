/** What A1111 would report of a set-up that somebody else describes. What they leave out is as it is with the current one. */
import { FAMILIES, type Family } from '../networks/families/registry.ts';
import type { Environment } from '../protocol/host.ts';
import type { Report } from '../protocol/shim.ts';
import { OWN } from './a1111.ts';
import { OPTIMISATION } from './attention.ts';
import { toldBy } from './told.ts';

type Bits = 16 | 32;

export interface DescribedSetUp {
  readonly family: Family;
  /** As the WebUI names it; '' or `None` = none is on. */
  readonly attention: string;
  readonly vramMode: 'none' | 'medvram' | 'lowvram';
  readonly unetBits: Bits;
  readonly vaeBits: Bits;
  readonly card: { readonly name: string; readonly totalMiB: number | null };
  /** null: the one that is current. */
  readonly webuiVersion: string | null;
  /** null: the one that the current WebUI brings; `unknown`: any. */
  readonly torch: string | null;
}

type Reported = Pick<Environment, 'key' | 'device' | 'webuiVersion' | 'torchVersion'>;

const VRAM_MODES: readonly DescribedSetUp['vramMode'][] = ['none', 'medvram', 'lowvram'];

/** The current one, and the torch that it brings. */
const WEBUI_VERSION = 'v1.10.1';
const TORCH = '2.1.2+cu121';

export function reportOf(described: DescribedSetUp): Report {
  const { family, attention, vramMode, unetBits, vaeBits, card, webuiVersion, torch } = described;
  const type = (bits: Bits): string => `torch.float${bits}`;
  return {
    program: [...OWN],
    webuiVersion: webuiVersion ?? WEBUI_VERSION,
    device: {
      type: 'cuda',
      hip: null,
      name: card.name,
      totalMiB: card.totalMiB,
      uuid: null,
      pci: null,
      driverUuid: null,
      driverBusId: null,
    },
    latentUpscalers: ['Latent'],
    imageUpscalers: ['Lanczos'],
    facts: {
      [OPTIMISATION]: attention === 'None' ? '' : attention,
      'torch:__version__': torch ?? TORCH,
      'model:__class__.__name__': 'LatentDiffusion',
      [`model:${FAMILIES[family].webui.flag}`]: 'True',
      'modules.devices:dtype': type(unetBits),
      'modules.devices:dtype_unet': type(unetBits),
      'modules.devices:dtype_vae': type(vaeBits),
      'flags:lowvram': vramMode === 'lowvram' ? 'True' : 'False',
      'flags:medvram': vramMode === 'medvram' ? 'True' : 'False',
      'opts:batch_cond_uncond': 'True',
      'opts:sd_unet': 'Automatic',
      'opts:sd_vae_decode_method': 'Full',
      'opts:sd_vae_encode_method': 'Full',
    },
  };
}

/** A set-up that reports itself, described so; null where its networks are not known. */
export function describedBy({ key, device, webuiVersion, torchVersion }: Reported): DescribedSetUp | null {
  const told = toldBy(key, device.backend);
  if (!told.ok) return null;
  const { family, attention, unetBits, vaeBits } = told.value;
  const vramMode = VRAM_MODES.find((mode) => mode === (key['vram_mode'] ?? 'none'));
  if (vramMode === undefined) return null;
  const card = { name: device.name, totalMiB: device.totalMiB };
  return { family, attention, vramMode, unetBits, vaeBits, card, webuiVersion, torch: torchVersion };
}
