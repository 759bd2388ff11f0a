import { ALLOCATOR } from '../hosts/key.ts';
import { knownOf } from '../model/known.ts';
import type { Factor, Fit, Spread, KnownRun, Observation } from '../model/types.ts';
import type { Change } from '../protocol/calibration.ts';
import type { HostTraits } from '../protocol/host.ts';
import type { StoredEnvironment } from '../recorder/run.ts';

/** How far another set-up is, and in what it differs. */
export interface Difference {
  readonly distance: number;
  readonly changes: readonly Change[];
}

/**
 * What may differ between similar set-ups, and how much it counts. Whatever is not named here (family, vram mode, data
 * types, batching of cond and uncond, token merging, hypertile ...) changes the curve's slope, so set-ups that differ
 * in it are never similar.
 */
const COSTS: ReadonlyMap<string, number> = new Map([
  ['sd_vae', 1],
  ['sd_checkpoints_limit', 1],
  ['cache_fp16_weight', 1],
  ['pad_cond_uncond', 1],
  ['pad_cond_uncond_v0', 1],
  ['ESRGAN_tile', 1],
  ['DAT_tile', 1],
  ['upcast_attn', 2],
  ['live_preview', 2],
  ['attention', 2],
  ...ALLOCATOR.map((name): [string, number] => [name, 2]),
]);
const VERSION_COST = 1;
const MOST_DISTANCE = 4;
/** Compared on their own, from the environment's fields. */
const ELSEWHERE = new Set(['device', 'webui', 'torch']);

/** By its name where the driver gives no UUID. */
export function isOnSameCard({ device: one }: StoredEnvironment, { device: other }: StoredEnvironment): boolean {
  return (one.uuid ?? one.name) === (other.uuid ?? other.name);
}

/** From `known` to `now`; null where an estimate of one says nothing about the other. */
export function differenceOf(known: StoredEnvironment, now: StoredEnvironment): Difference | null {
  if (known.webui !== now.webui || known.device.backend !== now.device.backend) return null;
  if (!isOnSameCard(known, now)) return null;
  // Two optimisations of one kind differ by little; attention that grows with the square of the size is another law.
  if (known.traits.attention !== now.traits.attention || now.key['family'] === 'unknown') return null;
  let distance = 0;
  const changes: Change[] = [];
  const compare = (name: string, cost: number, before: string | undefined, after: string | undefined): void => {
    if (before === after) return;
    distance += cost;
    changes.push({ name, before: before ?? null, after: after ?? null });
  };
  compare('torch', VERSION_COST, known.torchVersion, now.torchVersion);
  compare('WebUI', VERSION_COST, known.webuiVersion, now.webuiVersion);
  for (const name of new Set([...Object.keys(known.key), ...Object.keys(now.key)])) {
    if (!ELSEWHERE.has(name)) compare(name, COSTS.get(name) ?? Infinity, known.key[name], now.key[name]);
  }
  return distance > 0 && distance <= MOST_DISTANCE ? { distance, changes } : null;
}

/**
 * Nothing measured says how far two set-ups are apart, so this is a judgement: twice as wide, and a twentieth of the
 * total at least.
 */
const TIMES_WIDER = 2;
const WIDER_SHARE = 0.05;

/**
 * A fit of a similar set-up as one of this: with this one's weights, and wider intervals. What single runs
 * showed there holds as loosely here.
 * @param own runs of this set-up, however few.
 */
export function asSimilar(fit: Fit, traits: HostTraits, own: readonly Observation[]): Fit {
  const widerShare = (share: number): number => TIMES_WIDER * share + WIDER_SHARE;
  const wider = ({ value, low, high }: Factor): Factor => ({
    value,
    low: Math.max(0, value - TIMES_WIDER * (value - low)),
    high: value + TIMES_WIDER * (high - value),
  });
  const widened = ({ peakLow, peakHigh, peakJagged, requiredLow, requiredHigh }: Spread): Spread => ({
    peakLow: widerShare(peakLow),
    peakHigh: widerShare(peakHigh),
    peakJagged: TIMES_WIDER * peakJagged,
    requiredLow: widerShare(requiredLow),
    requiredHigh: widerShare(requiredHigh),
  });
  const { unlike } = fit.spread;
  const staticMiB = traits.staticMiB ?? fit.staticMiB;
  const known = knownOf(own, staticMiB);
  return {
    ...fit,
    staticMiB,
    known: {
      failures: [...loose(fit.known.failures, -1), ...known.failures],
      successes: [...loose(fit.known.successes, 1), ...known.successes],
    },
    factors: {
      sampling: wider(fit.factors.sampling),
      scores: wider(fit.factors.scores),
      encode: wider(fit.factors.encode),
      decode: wider(fit.factors.decode),
      'vae-scores': wider(fit.factors['vae-scores']),
    },
    spread: { ...widened(fit.spread), ...(unlike === undefined ? {} : { unlike: widened(unlike) }) },
  };
}

/** @param side -1 for lower bounds, 1 for upper ones. */
function loose(runs: readonly KnownRun[], side: -1 | 1): KnownRun[] {
  return runs.map(({ settings, atMiB }) => ({ settings, atMiB: atMiB * (1 + side * WIDER_SHARE) }));
}
