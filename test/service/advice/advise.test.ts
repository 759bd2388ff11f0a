import { describe, expect, test } from '@jest/globals';
import { advise } from '../../../service/advice/advise.ts';
import { createJudge } from '../../../service/advice/judge.ts';
import { unchanged, type Plan, type Situation } from '../../../service/advice/plan.ts';
import { remedyOf } from '../../../service/advice/price.ts';
import { atOnce } from '../../../service/base/steps.ts';
import { estimateNow } from '../../../service/estimate/circumstances.ts';
import { verdict } from '../../../service/estimate/verdict.ts';
import type { Advice, AdvisedStep } from '../../../service/protocol/advice.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { hiresFix, situationOn, txt2img, type Told } from './hosts.ts';

const adviceOn = (situation: Situation): Advice => atOnce(advise(situation));
const codesOf = ({ remedies }: Advice): string[] =>
  remedies.map(({ steps }) => steps.map(({ change }) => change.code).join(' + '));
const stepOf = (advice: Advice, code: string): AdvisedStep => {
  const found = advice.remedies.flatMap(({ steps }) => steps).find(({ change }) => change.code === code);
  if (found === undefined) throw new Error(`${code} is not advised`);
  return found;
};

describe('what helps settings that will not fit', () => {
  test.each<[string, Parameters<typeof situationOn>, string[]]>([
    [
      'SD 1.5 with sdp, 1024x1024 by 4 on what is left of 5 GiB: a mode that keeps the picture before a smaller one',
      ['sd1-sdp', txt2img(1024, 1024, 4), { usableMiB: 5000 }],
      ['vram-mode', 'smaller-batch', 'prompts-apart', 'fp8-weights', 'smaller-size'],
    ],
    [
      'where the decoder of one picture is too much a smaller batch is no remedy',
      ['sd1-sdp', txt2img(1536, 1536, 4), { usableMiB: 7500 }],
      ['vram-mode', 'smaller-size'],
    ],
    [
      'without half precision: 16 bits',
      ['sd1-sdp-no-half', txt2img(1024, 1024, 2), { usableMiB: 6144 }],
      ['vram-mode', 'half', 'smaller-size'],
    ],
    [
      'SDXL on a card that does not hold its weights: block by block alone',
      ['sdxl-sdp', txt2img(1024, 1024, 1), { usableMiB: 4096, otherMiB: 500 }],
      ['vram-mode'],
    ],
  ])('%s', (_name, [table, settings, told], expected) => {
    const advice = adviceOn(situationOn(table, settings, told));
    expect(advice.verdict).toBe('will-not-fit');
    expect(codesOf(advice)).toEqual(expected);
  });

  test('each remedy fits by the estimate itself, and its settings are what a page would set', () => {
    const situation = situationOn('sd1-sdp', hiresFix('hires_latent', [512, 768, 4], 2.5), { usableMiB: 6144 });
    const advice = adviceOn(situation);
    expect(advice.remedies.length).toBeGreaterThan(1);
    for (const { verdict: told, steps, required } of advice.remedies) {
      expect(told).toBe('fits');
      expect(required.highMiB).toBeLessThanOrEqual(6144);
      const [{ applied } = { applied: null }] = steps;
      if (applied?.kind !== 'sliders' || steps.length > 1 || situation.fit === null) continue;
      const again = estimateNow(situation.fit, applied.settings, situation.now);
      if (!again.ok) throw new Error(again.reason);
      expect(verdict(again, situation.now.memory).verdict).toBe('fits');
    }
  });

  test('a smaller batch makes no fewer pictures', () => {
    const advice = adviceOn(situationOn('sd1-sdp', txt2img(1024, 1024, 6), { usableMiB: 5300 }));
    const { change } = stepOf(advice, 'smaller-batch');
    if (change.code !== 'smaller-batch') throw new Error(change.code);
    expect(change.batchSize * change.times).toBeGreaterThanOrEqual(6);
    expect(change.batchSize * (change.times - 1)).toBeLessThan(6);
  });

  test('a smaller size is the largest of its shape on the grid of 64', () => {
    const situation = situationOn('sd1-sdp', txt2img(2048, 1024, 1), { usableMiB: 6000 });
    const { change } = stepOf(adviceOn(situation), 'smaller-size');
    if (change.code !== 'smaller-size' || situation.fit === null) throw new Error(change.code);
    const { width, height } = change.settings;
    expect([width % 64, height % 64]).toEqual([0, 0]);
    expect(Math.abs(width / height - 2)).toBeLessThan(0.1);
    const next = txt2img(width + 64, Math.round((width + 64) / 2 / 64) * 64, 1);
    const beyond = estimateNow(situation.fit, next, situation.now);
    if (!beyond.ok) throw new Error(beyond.reason);
    expect(verdict(beyond, situation.now.memory).verdict).not.toBe('fits');
  });

  test('where only a smaller picture fits, changes that keep it are put together', () => {
    const advice = adviceOn(situationOn('sd1-sdp', hiresFix('hires_image', [512, 768, 4], 2), { usableMiB: 6144 }));
    const together = advice.remedies.find(({ steps }) => steps.length > 1);
    expect(together?.picture).toBe('nearly');
    expect(together?.steps.map(({ change }) => change.code).sort()).toEqual(['attention', 'vram-mode']);
    // One change stands before two, whatever it does to the picture.
    expect(advice.remedies.at(-1)).toBe(together);
  });

  test('the sliders are moved once: each step has where they stand in the end', () => {
    const situation = situationOn('sd1-sdp', txt2img(1024, 1024, 4), { usableMiB: 6144 });
    const plan: Plan = { ...unchanged(situation), settings: txt2img(768, 768, 2), times: 2 };
    const judged = createJudge(situation).of(plan);
    if (judged === null) throw new Error('it is known');
    const step = (change: AdvisedStep['change'], settings: GenerationSettings, times: number): AdvisedStep => ({
      change,
      applied: { kind: 'sliders', settings, times },
      picture: 'smaller',
      restart: false,
    });
    const steps = [
      step({ code: 'smaller-batch', batchSize: 2, times: 2 }, txt2img(1024, 1024, 2), 2),
      step({ code: 'smaller-size', settings: txt2img(768, 768, 4) }, txt2img(768, 768, 4), 1),
    ];
    const remedy = remedyOf(situation, { plan: unchanged(situation), judged: null }, { steps, plan, judged });
    const inTheEnd = { kind: 'sliders', settings: plan.settings, times: 2 };
    expect(remedy.steps.map(({ applied }) => applied)).toEqual([inTheEnd, inTheEnd]);
  });

  test('three changes at the most, and none of two of a kind', () => {
    const advice = adviceOn(situationOn('sdxl-sdp', hiresFix('hires_image', [640, 640, 8], 2.5), { usableMiB: 6144 }));
    expect(advice.remedies.length).toBeGreaterThan(0);
    for (const { steps } of advice.remedies) {
      expect(steps.length).toBeLessThanOrEqual(3);
      expect(new Set(steps.map(({ change }) => change.code)).size).toBe(steps.length);
    }
  });
});

describe('of other programs', () => {
  const programs = [
    { pid: 11, name: '/usr/lib/firefox/firefox', usedMiB: 600 },
    { pid: 12, name: '/usr/lib/xorg/Xorg', usedMiB: 900 },
    { pid: 13, name: 'game.exe', usedMiB: null },
  ];
  const tight: Told = { usableMiB: 5000, otherMiB: 1500, programs };

  test('one that holds enough is to be closed by its name, before anything that changes the set-up', () => {
    const advice = adviceOn(situationOn('sd1-sdp', txt2img(1024, 1024, 2), tight));
    expect(advice.remedies[0]).toMatchObject({
      steps: [
        {
          change: { code: 'close-program', pid: 11, name: 'firefox', usedMiB: 600 },
          applied: { kind: 'action', action: 'close-program', pid: 11 },
        },
      ],
      savesMiB: { valueMiB: 600 },
      picture: 'same',
      restart: false,
    });
  });

  test('the desktop itself, and one whose share is not known, are never named', () => {
    const named = adviceOn(situationOn('sd1-sdp', txt2img(1024, 1024, 2), tight)).remedies.flatMap(({ steps }) =>
      steps.flatMap(({ change }) => (change.code === 'close-program' ? [change.pid] : [])),
    );
    expect(named).toEqual([11]);
  });
});

describe('of what the WebUI keeps', () => {
  const keeping = { sd_checkpoints_limit: '2' };

  test('other checkpoints are to be unloaded where it may keep them and more is there than one takes', () => {
    const two = situationOn('sd1-sdp', txt2img(768, 768, 2), { usableMiB: 5400, key: keeping, staticMiB: 4100 });
    expect(stepOf(adviceOn(two), 'unload-checkpoints')).toMatchObject({
      applied: { kind: 'saved-option', name: 'sd_checkpoints_limit', value: 1 },
      picture: 'same',
      restart: true,
    });
    const one = situationOn('sd1-sdp', txt2img(1024, 1024, 4), { usableMiB: 5000, key: keeping });
    expect(codesOf(adviceOn(one))).not.toContain('unload-checkpoints');
  });

  test('a full live preview is to be a light one, though nothing tells what it takes now', () => {
    const full = situationOn('sd1-sdp', txt2img(512, 512, 1), { usableMiB: 8192, key: { live_preview: 'Full' } });
    const advice = adviceOn(full);
    expect(full.fit).toBeNull();
    expect(advice.verdict).toBeNull();
    expect(advice.remedies[0]).toMatchObject({ steps: [{ change: { code: 'light-preview' } }], savesMiB: null });
  });
});

describe('an upscaler', () => {
  const others = (table: string, usableMiB: number) =>
    adviceOn(situationOn(table, hiresFix('hires_image', [768, 768, 1], 2), { usableMiB })).remedies.flatMap(
      ({ steps }) => steps.flatMap(({ change }) => (change.code === 'other-upscaler' ? [change.upscaler] : [])),
    );

  test('of latents is one where the replay says that encoding what was made larger is the limit', () => {
    expect(others('sd1-sdp', 9000)).toEqual(['Latent']);
  });

  test('is none where something else needs the most', () => {
    const sampled = hiresFix('hires_image', [512, 768, 4], 2);
    const advice = adviceOn(situationOn('sd1-sub-quadratic', sampled, { usableMiB: 9000 }));
    expect(codesOf(advice).join()).not.toContain('other-upscaler');
  });
});

describe('what nobody can tell the effect of', () => {
  test('is named with the reason, and never among the remedies', () => {
    const advice = adviceOn(situationOn('sd1-sdp', txt2img(1024, 1024, 4), { usableMiB: 5000 }));
    expect(advice.unknown).toEqual([
      { code: 'tiled-vae', why: 'not-replayed' },
      { code: 'token-merging', why: 'not-replayed' },
      { code: 'expandable-segments', why: 'not-replayed' },
    ]);
  });

  test("SDXL's own autoencoder does not stay in 16 bits", () => {
    const key = { dtype_vae: 'float32' };
    const { unknown, remedies } = adviceOn(situationOn('sdxl-sdp', txt2img(1024, 1024, 1), { usableMiB: 8192, key }));
    expect(unknown).toContainEqual({ code: 'half-vae', why: 'undone' });
    expect(remedies.flatMap(({ steps }) => steps.map(({ change }) => change.code))).not.toContain('half-vae');
  });

  test('of networks that are not known no change of the set-up is', () => {
    const key = { token_merging_ratio: '0.5' };
    const situation = situationOn('sd1-sdp', txt2img(512, 512, 1), { usableMiB: 8192, key });
    const { verdict: told, remedies, unknown } = adviceOn(situation);
    expect([told, remedies]).toEqual([null, []]);
    expect(unknown).toContainEqual({ code: 'vram-mode', why: 'networks' });
  });
});

describe('where the settings fit', () => {
  test('it is said what would make them need less, and nothing that changes the sliders', () => {
    const advice = adviceOn(situationOn('sd1-doggettx', txt2img(1024, 1024, 2), { usableMiB: 12_000 }));
    expect(advice.verdict).toBe('fits');
    expect(advice.remedies.length).toBeGreaterThan(0);
    for (const { steps, savesMiB } of advice.remedies) {
      expect(savesMiB?.valueMiB).toBeGreaterThanOrEqual(64);
      expect(steps.every(({ applied }) => applied.kind !== 'sliders')).toBe(true);
    }
  });
});

describe('the price', () => {
  test('is in seconds where they were timed, and not known elsewhere', () => {
    const settings = txt2img(1024, 1024, 4);
    const untimed = adviceOn(situationOn('sd1-sdp', settings, { usableMiB: 5000 }));
    expect(untimed.remedies.every(({ seconds }) => seconds === null)).toBe(true);
    const timed = adviceOn(
      situationOn('sd1-sdp', settings, {
        usableMiB: 5000,
        secondsOf: ({ changes, times, settings: { batchSize } }) =>
          changes.length > 0 ? null : times * (2 + batchSize),
      }),
    );
    const batch = timed.remedies.find(({ steps }) => steps[0]?.change.code === 'smaller-batch');
    expect(batch?.seconds).toBe(2);
  });

  test('says the flag, the option or the sliders by which it is done', () => {
    const advice = adviceOn(situationOn('sd1-doggettx', txt2img(1536, 1536, 2), { usableMiB: 6144 }));
    expect(stepOf(advice, 'vram-mode').applied).toEqual({ kind: 'flag', add: ['--lowvram'], remove: [] });
    const sdxl = adviceOn(situationOn('sdxl-sdp', txt2img(1024, 1024, 1), { usableMiB: 9600 }));
    expect(stepOf(sdxl, 'vram-mode').applied).toMatchObject({ add: ['--medvram-sdxl'] });
  });
});
