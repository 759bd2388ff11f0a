/** What A1111 would report of a set-up that somebody else described, read as the sidecar reads it. */
import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { OWN } from '../../service/hosts/a1111.ts';
import { OPTIMISATION } from '../../service/hosts/attention.ts';
import { abilitiesOf, readReport, traitsOf } from '../../service/hosts/hosts.ts';
import { unmeasured, type WhyNot } from '../../service/model/unmeasured/unmeasured.ts';
import type { Fit } from '../../service/model/types.ts';
import type { SetUpNow } from '../../service/model/unmeasured/what-if.ts';
import type { Result } from '../../service/base/result.ts';
import { parseHost } from '../accuracy/host-file.ts';
import type { Card, Family } from './wording.ts';

export interface SetUp {
  readonly family: Family;
  /** As the WebUI names it; '' = none is on. */
  readonly attention: string;
  readonly vramMode: 'none' | 'medvram' | 'lowvram';
  readonly unetBits: 16 | 32;
  readonly vaeBits: 16 | 32;
  readonly card: Card;
  /** Null: the one that is current. */
  readonly webuiVersion: string | null;
}

/** The current one, and the torch that it brings. */
const WEBUI_VERSION = 'v1.10.1';
const TORCH = '2.1.2+cu121';

/** `adapts`: how its attention adapts to what is free is not known. */
export type NoFigure = WhyNot | 'adapts';

/** What the product knows of this set-up before any run. */
export function fitOf(setUp: SetUp): Result<Fit, NoFigure> {
  const { now, canEstimate } = told(setUp);
  if (!canEstimate) return { ok: false, reason: 'adapts' };
  return unmeasured(now.key, now.traits, now.device);
}

/** As advice takes it, with or without a fit. */
export function setUpOf(setUp: SetUp): { readonly setUp: SetUpNow; readonly fit: Fit | null } {
  const fit = fitOf(setUp);
  return { setUp: told(setUp).now, fit: fit.ok ? fit.value : null };
}

function told(setUp: SetUp): { readonly now: SetUpNow; readonly canEstimate: boolean } {
  const { staticMiB, slackMiB } = idleOf(setUp);
  const { environment } = readReport(reportOf(setUp), staticMiB);
  const traits = traitsOf(environment);
  const now = {
    key: environment.key,
    traits: slackMiB === null ? traits : { ...traits, slackMiB },
    device: environment.device,
  };
  return { now, canEstimate: abilitiesOf(environment).estimate };
}

type Report = Parameters<typeof readReport>[0];

function reportOf(setUp: SetUp): Report {
  const { family, attention, vramMode, unetBits, vaeBits, card, webuiVersion } = setUp;
  const type = (bits: 16 | 32): string => `torch.float${bits}`;
  return {
    program: [...OWN],
    webuiVersion: webuiVersion ?? WEBUI_VERSION,
    device: {
      type: 'cuda',
      hip: null,
      name: card.name,
      totalMiB: card.totalMiB,
      uuid: 'GPU-0',
      pci: null,
      driverUuid: null,
      driverBusId: null,
    },
    latentUpscalers: ['Latent'],
    imageUpscalers: ['Lanczos'],
    facts: {
      [OPTIMISATION]: attention,
      'torch:__version__': TORCH,
      'model:__class__.__name__': 'LatentDiffusion',
      [`model:is_${family}`]: 'True',
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

interface Idle {
  readonly staticMiB: number | null;
  /** Reserved less allocated, the cache emptied. */
  readonly slackMiB: number | null;
}

const RECORDED = join(import.meta.dirname, '..', 'data', 'real-allocator');

/**
 * What torch counts at idle, which a host reports and people do not publish: as the real PyTorch counted it for the
 * same networks in the same widths, where a recorded table has them.
 */
function idleOf({ family, vramMode, unetBits, vaeBits }: SetUp): Idle {
  const widths = unetBits === 32 ? '-no-half' : vaeBits === 32 ? '-no-half-vae' : '';
  const file = join(RECORDED, `${family}-sdp${vramMode === 'none' ? widths : `-${vramMode}${widths}`}.json`);
  if (!existsSync(file)) return { staticMiB: null, slackMiB: null };
  const { traits, idleSlackMiB } = parseHost(readFileSync(file, 'utf8'));
  return { staticMiB: traits.staticMiB, slackMiB: idleSlackMiB };
}
