import { expect, test } from '@jest/globals';
import {
  FIRST_STEP,
  next,
  type SamplerStep,
  type StepEnd,
} from '../../../../../service/memory/sources/nvidia-smi/steps.ts';

const checked = (answer: 'good' | 'bad' | 'hung', loopTrusted = true): StepEnd => ({
  type: 'checked',
  answer,
  loopTrusted,
  nextMs: 1000,
});

function after(...ends: readonly StepEnd[]): SamplerStep {
  return ends.reduce<SamplerStep>(next, FIRST_STEP);
}

test('after a good check it loops; while the loop is not trusted it pauses between single calls', () => {
  expect(after(checked('good'))).toEqual({ at: 'looping' });
  expect(after(checked('good', false))).toEqual({ at: 'pausing', untilMs: 1000 });
});

test('a question cuts a pause short, and the next call is due when it was', () => {
  expect(after(checked('good', false), { type: 'woken' })).toEqual({ at: 'pausing', untilMs: 1000 });
  expect(after(checked('good', false), { type: 'passed' })).toEqual({ at: 'checking', failures: 0 });
});

test('each failure in a row is waited for longer, up to a limit, and a good check forgets them', () => {
  const waits: number[] = [];
  let step = FIRST_STEP;
  for (let i = 0; i < 5; i += 1) {
    step = next(step, checked('bad'));
    if (step.at === 'waiting') waits.push(step.forMs);
    step = next(step, { type: 'passed' });
  }
  expect(waits).toEqual([500, 1000, 2000, 3000, 3000]);
  step = next(next(step, checked('good')), { type: 'loop-ended', end: 'failed' });
  expect(next(step, checked('bad'))).toMatchObject({ at: 'waiting', forMs: 500 });
});

test('what hangs is asked again soon, and is no failure', () => {
  expect(after(checked('bad'), { type: 'passed' }, checked('hung'))).toEqual({
    at: 'waiting',
    forMs: 250,
    failures: 1,
  });
});

test('a loop that was asked to end begins again, with another interval maybe; any other end is looked into', () => {
  const ended = (end: 'asked' | 'hung' | 'failed'): string => after(checked('good'), { type: 'loop-ended', end }).at;
  expect([ended('asked'), ended('failed'), ended('hung')]).toEqual(['looping', 'checking', 'waiting']);
});
