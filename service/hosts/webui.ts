/** What A1111 and its forks have in common: names are A1111's, and a fork that lacks one has no such fact. */
import type { Upscaler } from '../protocol/host.ts';
import type { Facts, Report } from '../protocol/shim.ts';
import { attentionOf, OPTIMISATION } from './attention.ts';
import { BATCHING_FACTS, COMPANY_FACTS, extrasOf, isBatched, NETWORK_FACTS } from './company.ts';
import { CONDITIONING_FACTS_OF_GENERATION } from './conditioning.ts';
import { construct, CONSTRUCTION_FACTS } from './construct.ts';
import { deviceOf } from './device.ts';
import { firstOf, isThere, isTrue } from './facts.ts';
import type { Reading } from './host.ts';
import { KEPT_FACTS } from './kept-checkpoints.ts';
import { KEY_FACTS, keyOf } from './key.ts';
import { webuiPhase } from './phases.ts';
import { RESCUE_FACTS } from './rescue.ts';
import { SETTINGS_FACTS, settingsOf } from './settings.ts';

const LOADED = 'model:__class__.__name__';
const CHECKPOINT_NAMES = ['short_title', 'title', 'name'].map((name) => `model:sd_checkpoint_info.${name}`);
const BATCHED = ['opts:batch_cond_uncond', 'modules.shared:batch_cond_uncond'];
const MOST_UPSCALERS = 300;

/** What of the WebUI the shim is to report, and what of its processing object. */
export const WEBUI_FACTS: readonly string[] = [
  ...new Set([
    LOADED,
    ...CHECKPOINT_NAMES,
    OPTIMISATION,
    ...BATCHED,
    ...BATCHING_FACTS,
    ...NETWORK_FACTS,
    ...KEY_FACTS,
    ...KEPT_FACTS,
    ...CONSTRUCTION_FACTS,
    ...RESCUE_FACTS,
  ]),
];
export const GENERATION_FACTS: readonly string[] = [
  ...SETTINGS_FACTS,
  ...COMPANY_FACTS,
  ...CONDITIONING_FACTS_OF_GENERATION,
];

export const WEBUI: Reading = {
  describe: (report, webuiVersion) => describe(report, webuiVersion, true),
  construct: ({ settings, steps }, { facts }, { upscalers }) => construct(settings, steps, facts, upscalers),
  phaseOf: webuiPhase,
  generationOf: ({ facts, company }, report, { traits }) => {
    const settings = settingsOf(facts);
    if (settings === null || company === null) return null;
    const condUncondBatched = isBatched(traits.condUncondBatched, report.facts, company.lengths);
    return { settings, condUncondBatched, extras: extrasOf(facts, company, report.facts) };
  },
};

/** Decides attention, batching and how many pictures are decoded at once by what is free, so no fact tells them. */
export const BY_WHAT_IS_FREE: Reading = {
  ...WEBUI,
  describe: (report, webuiVersion) => describe(report, webuiVersion, false),
};

function describe(report: Report, webuiVersion: string, isFixed: boolean): ReturnType<Reading['describe']> {
  const { facts } = report;
  const device = deviceOf(report.device);
  const attention = isFixed
    ? attentionOf(facts, report.device.type, webuiVersion)
    : { kind: 'unknown' as const, name: 'unknown' };
  return {
    torchVersion: facts['torch:__version__'] ?? 'unknown',
    checkpoint: checkpointOf(facts),
    device,
    traits: {
      attention: attention.kind,
      condUncondBatched: isFixed ? batchedOf(facts) : null,
      decodesBatch: isFixed ? false : null,
    },
    key: keyOf(facts, device, attention.name),
    upscalers: upscalersOf(report),
  };
}

/** null says that none is loaded: nothing is keyed then. */
function checkpointOf(facts: Facts): string | null {
  return isThere(facts[LOADED]) ? (firstOf(facts, CHECKPOINT_NAMES) ?? 'unknown') : null;
}

/** The setting alone; whether a particular prompt allows it is the run's affair. */
function batchedOf(facts: Facts): boolean | null {
  const setting = BATCHED.map((name) => facts[name]).find((value) => value !== undefined);
  return isThere(setting) ? isTrue(setting) : null;
}

function upscalersOf({ latentUpscalers, imageUpscalers }: Report): Upscaler[] {
  const latent = latentUpscalers.map((name) => ({ name, kind: 'latent' as const }));
  const image = imageUpscalers.map((name) => ({ name, kind: 'image' as const }));
  return [...latent, ...image].slice(0, MOST_UPSCALERS);
}
