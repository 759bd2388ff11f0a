/**
 * What the text tells of generation and set-up, put to the replay: remedies with a price. Nothing is priced where a part
 * is not told, nor where the replay finds room: then it does not know what happened.
 */
import { advise } from '../advice/advise.ts';
import type { Situation } from '../advice/plan.ts';
import type { Result } from '../base/result.ts';
import type { Steps } from '../base/steps.ts';
import { reportOf, type DescribedSetUp } from '../hosts/described.ts';
import { abilitiesOf, readReport, traitsOf } from '../hosts/hosts.ts';
import { toldBy, type ToldNetworks } from '../hosts/told.ts';
import { FAMILIES } from '../networks/families/registry.ts';
import { unmeasured } from '../model/unmeasured/unmeasured.ts';
import type { Fit } from '../model/types.ts';
import type { SetUpNow } from '../model/unmeasured/what-if.ts';
import type { LiveMemory } from '../estimate/verdict.ts';
import type { Remedy } from '../protocol/advice.ts';
import type { PricedFor, Unpriced } from '../protocol/explanation.ts';
import type { ErrorReading } from './kinds.ts';
import type { LocatedError } from './read.ts';
import { settingsIn, type ToldSettings } from './told/settings.ts';
import { setUpIn, type ToldSetUp } from './told/set-up.ts';

/** What can be replayed of a text. */
export interface Told {
  readonly of: PricedFor;
  readonly settings: ToldSettings;
  readonly setUp: SetUpNow;
  readonly fit: Fit;
  readonly memory: LiveMemory;
}

export interface Priced {
  readonly of: PricedFor;
  readonly remedies: readonly Remedy[];
}

/** More would be a list to read. */
const MOST_REMEDIES = 5;
/** Of figures that are rounded to hundredths of GiB. */
const SAME_CARD_SHARE = 0.01;
const WITHOUT_VERSION_BEFORE_V16 = 'v1.5.2';

/** @param own the set-up of the WebUI that is connected, for what the text does not tell; null where none is meant. */
export function toldIn({ reading, plain, here }: LocatedError, own: DescribedSetUp | null): Result<Told, Unpriced> {
  if (reading.kind !== 'cuda') return { ok: false, reason: 'kind' };
  const memory = memoryOf(reading);
  if (memory === null) return { ok: false, reason: 'figures' };
  const settings = settingsIn(plain, here);
  if (settings === null) return { ok: false, reason: 'settings' };
  const told = setUpIn(plain, here);
  if (told.isOther) return { ok: false, reason: 'other-webui' };
  const described = describe(told, settings, reading, isOfCard(own, reading) ? own : null);
  if (!described.ok) return described;
  const { setUp, ...from } = described.value;
  return replayed(setUp, from, settings, memory);
}

/** null where not enough of it is told, or where it cannot be: drivers that spill give out more than there is. */
function memoryOf({ totalMiB, freeMiB, reservedMiB }: ErrorReading): LiveMemory | null {
  if (totalMiB === null || freeMiB === null || reservedMiB === null) return null;
  const otherMiB = totalMiB - freeMiB - reservedMiB;
  return otherMiB < 0 ? null : { usableMiB: totalMiB, otherMiB };
}

/** A text may be another machine's: then nothing of this one holds for it. */
function isOfCard(own: DescribedSetUp | null, { totalMiB }: ErrorReading): boolean {
  const ownMiB = own?.card.totalMiB ?? null;
  if (ownMiB === null || totalMiB === null) return false;
  return Math.abs(totalMiB - ownMiB) <= SAME_CARD_SHARE * ownMiB;
}

interface Described extends Pick<PricedFor, 'assumed' | 'own'> {
  readonly setUp: DescribedSetUp;
}

function describe(
  told: ToldSetUp,
  { beforeV16 }: ToldSettings,
  { totalMiB, torch }: ErrorReading,
  own: DescribedSetUp | null,
): Result<Described, Unpriced> {
  const { started } = told;
  const family = told.family ?? own?.family ?? null;
  if (family === null) return { ok: false, reason: 'family' };
  if (family === 'other') return { ok: false, reason: 'networks' };
  const flags = started ?? own;
  if (flags === null) return { ok: false, reason: 'flags' };
  const named = told.attention ?? started?.attention ?? null;
  // What the WebUI takes by itself on a card.
  const attention = named ?? own?.attention ?? 'Doggettx';
  const isOfOthers = started !== null && started.medvramOf !== null && started.medvramOf !== family;
  const vramMode = isOfOthers ? 'none' : flags.vramMode;
  const webuiVersion = told.webuiVersion ?? (beforeV16 === true ? WITHOUT_VERSION_BEFORE_V16 : versionOf(own));
  // Those kept prompt and negative prompt apart with it.
  if (vramMode !== 'none' && beforeV16 === true) return { ok: false, reason: 'networks' };
  const card = { name: told.cardName ?? own?.card.name ?? '', totalMiB };
  const { unetBits, vaeBits } = flags;
  const torchVersion = told.torch ?? (torch === '2.1' ? '2.1.0' : null) ?? own?.torch ?? 'unknown';
  return {
    ok: true,
    value: {
      setUp: { family, attention, vramMode, unetBits, vaeBits, card, webuiVersion, torch: torchVersion },
      assumed: named === null && own === null ? ['attention'] : [],
      own: [
        ...(told.family === null ? (['family'] as const) : []),
        ...(named === null && own !== null ? (['attention'] as const) : []),
        ...(started === null ? (['flags'] as const) : []),
      ],
    },
  };
}

function versionOf(own: DescribedSetUp | null): string | null {
  return own === null || own.webuiVersion === 'unknown' ? null : own.webuiVersion;
}

function replayed(
  described: DescribedSetUp,
  from: Pick<PricedFor, 'assumed' | 'own'>,
  settings: ToldSettings,
  memory: LiveMemory,
): Result<Told, 'networks'> {
  const { environment } = readReport(reportOf(described));
  const { key, device } = environment;
  const setUp = { key, traits: traitsOf(environment), device };
  const networks = toldBy(key, device.backend);
  const fit = unmeasured(key, setUp.traits, device);
  if (!abilitiesOf(environment).estimate || !networks.ok || !fit.ok) return { ok: false, reason: 'networks' };
  const { family, attention, unetBits, vaeBits } = networks.value;
  const of: PricedFor = {
    settings: settings.settings,
    family: FAMILIES[family].name,
    attention,
    vramMode: described.vramMode,
    unet: widthOf(unetBits),
    vae: widthOf(vaeBits),
    ...from,
  };
  return { ok: true, value: { of, settings, setUp, fit: fit.value, memory } };
}

function widthOf(bits: ToldNetworks['unetBits']): PricedFor['unet'] {
  return bits === 32 ? 'float' : 'half';
}

export function situationOf({ of, setUp, fit, memory }: Told): Situation {
  return {
    settings: of.settings,
    fit,
    setUp,
    now: { memory, heldMiB: null, driftMiB: null, leftMiB: 0, toLoad: null, addOns: null },
    totalMiB: memory.usableMiB,
    programs: [],
    upscalers: UPSCALERS,
    secondsOf: () => null,
  };
}

/** The first ones, each of which is enough. */
export function* pricedRemedies(told: Told): Steps<Result<Priced, Unpriced>> {
  const { verdict, remedies } = yield* advise(situationOf(told));
  if (verdict === 'fits') return { ok: false, reason: 'fits' };
  return remedies.length === 0
    ? { ok: false, reason: 'nothing-enough' }
    : { ok: true, value: { of: told.of, remedies: remedies.slice(0, MOST_REMEDIES) } };
}

/** Each WebUI has these. */
const UPSCALERS = [
  { name: 'Latent', kind: 'latent' },
  { name: 'Lanczos', kind: 'image' },
] as const;
