/** What A1111 would report of a set-up that somebody else described, read as the sidecar reads it. */
import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { reportOf, type DescribedSetUp } from '../../service/hosts/described.ts';
import { abilitiesOf, readReport, traitsOf } from '../../service/hosts/hosts.ts';
import { unmeasured, type WhyNot } from '../../service/model/unmeasured/unmeasured.ts';
import type { Fit } from '../../service/model/types.ts';
import type { SetUpNow } from '../../service/model/unmeasured/what-if.ts';
import type { Result } from '../../service/base/result.ts';
import { parseHost } from '../accuracy/host-file.ts';

export type SetUp = Omit<DescribedSetUp, 'torch'>;

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
  const { environment } = readReport(reportOf({ ...setUp, torch: null }), staticMiB);
  const traits = traitsOf(environment);
  const now = {
    key: environment.key,
    traits: slackMiB === null ? traits : { ...traits, slackMiB },
    device: environment.device,
  };
  return { now, canEstimate: abilitiesOf(environment).estimate };
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
