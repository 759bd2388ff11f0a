/** What `estimate`, `advise`, `max` and `explain` are asked of: settings, and a set-up of the store. */
import { createCalibrator } from '../calibration/calibrator.ts';
import type { Calibration } from '../calibration/calibration.ts';
import { createHistories, lastKnownIn, type Histories } from '../calibration/history.ts';
import type { Result } from '../base/result.ts';
import { addOnOf } from '../hosts/add-ons.ts';
import type { RequestedSettings } from '../protocol/estimate.ts';
import { FLAGS } from '../operations/registry.ts';
import { memoryOrLastKnown, type DeviceMemory } from '../server/known-memory.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import type { Store } from '../store/store.ts';
import { noSetUpInWords } from '../words/index.ts';
import type { Mistake } from '../words/mistake.ts';
import { readArgs, type Args, type OptionKinds } from './args.ts';
import { readSettings } from './estimate-settings.ts';
import type { CliIo } from './io.ts';
import { misunderstood } from './misunderstood.ts';
import type { Verb } from './verb.ts';

export interface Asked {
  readonly dataDir: string;
  readonly settings: RequestedSettings;
  /** Calibration key, or its beginning; null = the set-up that was last seen. */
  readonly key: string | null;
  /** All on the device that is not torch's; null = as before the last run of that key. */
  readonly otherMiB: number | null;
}

export const ASKED_OPTIONS = {
  width: 'PX',
  height: 'PX',
  batch: 'N',
  hires: 'WIDTHxHEIGHT',
  upscaler: 'NAME',
  with: 'NAMES',
  ...Object.fromEntries(FLAGS.map((name) => [name, null])),
  key: 'HASH',
  'other-mib': 'MIB',
  'data-dir': 'DIR',
  json: null,
} satisfies OptionKinds;

interface UsualSize {
  readonly width: string;
  readonly height: string;
}

/**
 * Null, with words, for what is not understood.
 * @param usual the size where none is named; null where one must be.
 */
export function readAsked(
  { name, options }: Pick<Verb, 'name' | 'options'>,
  args: readonly string[],
  world: CliIo & { readonly defaultDataDir: () => string },
  usual: UsualSize | null = null,
): (Asked & Pick<Args, 'flag'>) | null {
  const parsed = readArgs(args, options);
  const asked = parsed.ok ? askedIn(parsed.value, world.defaultDataDir, usual) : parsed;
  if (parsed.ok && asked.ok) return { ...asked.value, flag: parsed.value.flag };
  if (!asked.ok) misunderstood(name, asked.reason, world);
  return null;
}

function askedIn({ text, flag }: Args, defaultDataDir: () => string, usual: UsualSize | null): Result<Asked, Mistake> {
  const isNamed = text('width') !== null || text('height') !== null;
  const read = readSettings({
    width: isNamed ? text('width') : (usual?.width ?? null),
    height: isNamed ? text('height') : (usual?.height ?? null),
    batch: text('batch'),
    hires: text('hires'),
    upscaler: text('upscaler'),
    flag: FLAGS.find(flag) ?? null,
  });
  if (!read.ok) return read;
  const addOns = addOnsIn(text('with'));
  if (!addOns.ok) return addOns;
  const otherMiB = text('other-mib');
  if (otherMiB !== null && !/^\d{1,8}$/.test(otherMiB)) return { ok: false, reason: { code: 'other-mib' } };
  return {
    ok: true,
    value: {
      dataDir: text('data-dir') ?? defaultDataDir(),
      settings: { ...read.value, ...addOns.value },
      key: text('key'),
      otherMiB: otherMiB === null ? null : Number(otherMiB),
    },
  };
}

/** @param words null where none are given. */
function addOnsIn(words: string | null): Result<Pick<RequestedSettings, 'addOns'>, Mistake> {
  if (words === null) return { ok: true, value: {} };
  const addOns = words.split(',').map((word) => word.trim());
  const wrong = addOns.find((word) => addOnOf(word) === null);
  return wrong === undefined
    ? { ok: true, value: { addOns } }
    : { ok: false, reason: { code: 'no-add-on', word: wrong } };
}

/** Null, with words, where the store has none. */
export function setUpIn(command: string, store: Store, key: string | null, io: CliIo): KnownEnvironment | null {
  const known = store.environments().find(({ keyHash }) => key === null || keyHash.startsWith(key));
  if (known === undefined) io.err(`headroom ${command}: ${noSetUpInWords(key)}\n`);
  return known ?? null;
}

export interface KnownOfIt {
  readonly histories: Histories;
  readonly memory: DeviceMemory;
  readonly calibration: Calibration;
}

/** What the store knows of a set-up, without a WebUI. */
export function knownOf(store: Store, { keyHash, environment }: KnownEnvironment, otherMiB: number | null): KnownOfIt {
  const histories = createHistories(store);
  // Who says what others use says it of a WebUI that is at work.
  const now = { totalMiB: null, usableMiB: null, otherMiB, loaded: 'all' } as const;
  const runs = lastKnownIn(histories.of(keyHash));
  return {
    histories,
    memory: memoryOrLastKnown(now, runs, environment.device, store.idleMemory(keyHash)),
    calibration: createCalibrator(histories, () => store.environments()).orSimilar(keyHash, environment),
  };
}
