import { describe, expect, test } from '@jest/globals';
import { abilitiesOf, readReport } from '../../../service/hosts/hosts.ts';
import type { Report } from '../../../service/protocol/shim.ts';
import { ENVIRONMENT, REPORT } from '../server/fake-host.ts';

/**
 * What each is made of, of what extension/headroom/webui/facts.py looks for. A1111 82a973c: modules/launch_utils.py,
 * lowvram.py, sd_hijack.py:173, sd_models.py:676. Forge dfdcbab: modules_forge/, backend/, modules/lowvram.py,
 * sd_models.py:395; its hijack is commented out (sd_hijack.py:157). reForge 3b56b26: modules_forge/, ldm_patched/,
 * sd_hijack.py:127. Forge Classic 1f95d71: the same without lowvram.py. SD.Next 058a7f0: installer.py,
 * modules/sd_offload.py; its model_hijack is a function (sd_hijack.py:7).
 */
const HIJACK = 'modules.sd_hijack:model_hijack.optimization_method';
const MODEL = 'modules.sd_models:model_data.sd_model';
const SHARED = ['modules.launch_utils', 'modules.lowvram'];
const A1111 = [...SHARED, HIJACK, MODEL];
const FORGE = ['backend', ...SHARED, MODEL, 'modules_forge'];
const REFORGE = ['ldm_patched', ...SHARED, HIJACK, MODEL, 'modules_forge'];
const CLASSIC = ['ldm_patched', 'modules.launch_utils', MODEL, 'modules_forge'];
const NEO = ['backend', 'modules.launch_utils', MODEL, 'modules_forge'];
const SDNEXT = ['installer', MODEL, 'modules.sd_offload'];

const report = (program: readonly string[], webuiVersion: string): Report => ({
  ...REPORT,
  program: [...program],
  webuiVersion,
});

describe('a WebUI is called by its name', () => {
  test.each<[string, readonly string[], string]>([
    ['AUTOMATIC1111', A1111, 'v1.10.1'],
    ['AUTOMATIC1111', A1111, 'unknown'],
    ['Forge', FORGE, 'f2.0.1v1.10.1-previous-669-gdfdcbab6'],
    ['Forge', REFORGE, 'f0.0.17v1.8.0rc-latest-276-g29be1da7'],
    ['reForge', REFORGE, 'f1.0.0v2-v1.10.1RC-latest-2442-g3b56b268'],
    ['Forge Classic', CLASSIC, 'classic'],
    ['Forge Neo', NEO, 'neo'],
    ['SD.Next', SDNEXT, 'unknown'],
  ])('%s, made of %j, version %s', (name, program, version) => {
    expect(readReport(report(program, version)).environment.webui).toBe(name);
  });

  test.each<[string, readonly string[]]>([
    ['nothing that is known', []],
    ['a part of what A1111 is made of', A1111.slice(1)],
    ["all of A1111 and a fork's own memory management", [...A1111, 'backend']],
  ])('one of %s is unknown, and never taken for A1111', (_what, program) => {
    const environment = readReport(report(program, 'v1.10.1')).environment;
    expect(environment.webui).toBe('An unknown WebUI');
    expect(abilitiesOf(environment)).toMatchObject({ benchmark: false, estimate: false, reason: 'unsupported' });
  });
});

describe('what can be asked', () => {
  test('of A1111 is everything, but under attention that adapts to free memory', () => {
    expect(abilitiesOf(ENVIRONMENT)).toEqual({ benchmark: true, estimate: true, reason: null, why: null });
    const adaptive = { ...ENVIRONMENT, traits: { ...ENVIRONMENT.traits, attention: 'adaptive' } as const };
    expect(abilitiesOf(adaptive)).toMatchObject({
      benchmark: false,
      estimate: false,
      reason: 'attention-adapts',
      why: { code: 'attention-adapts' },
    });
  });

  test.each(['Forge', 'reForge', 'Forge Classic', 'Forge Neo'])(
    'of %s is nothing, for it adapts, and it is named',
    (webui) => {
      expect(abilitiesOf({ ...ENVIRONMENT, webui })).toMatchObject({
        benchmark: false,
        estimate: false,
        reason: 'webui-adapts',
        why: { code: 'moves-networks', name: webui },
      });
    },
  );

  test('of SD.Next is nothing, and it is told as itself', () => {
    expect(abilitiesOf({ ...ENVIRONMENT, webui: 'SD.Next' })).toMatchObject({
      benchmark: false,
      estimate: false,
      reason: 'unsupported',
      why: { code: 'sdnext' },
    });
  });
});

describe("a set-up that an earlier version stored as A1111's", () => {
  const stored = (webuiVersion: string, key: Record<string, string>) =>
    abilitiesOf({ ...ENVIRONMENT, webui: 'AUTOMATIC1111', webuiVersion, key });

  test('is not one where its version was unknown and its key lacks what A1111 has', () => {
    expect(stored('unknown', { family: 'sd1' })).toMatchObject({
      estimate: false,
      reason: 'unsupported',
      why: { code: 'not-shown-to-be-a1111' },
    });
  });

  test('is one where its version was told, or the key shows it', () => {
    expect(stored('v1.10.1', { family: 'sd1' }).estimate).toBe(true);
    expect(stored('unknown', { family: 'sd1', sd_checkpoints_limit: '1' }).estimate).toBe(true);
  });
});
