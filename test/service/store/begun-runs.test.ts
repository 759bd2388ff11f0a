import { expect, test } from '@jest/globals';
import type { Store } from '../../../service/store/store.ts';
import { exampleRun } from '../recorder/examples.ts';
import { storeForEach } from './each-store.ts';

const NOW_MS = 1_790_000_000_000;
const PID = 4000;
const CUT_OFF = exampleRun({ outcome: 'interrupted', torch: null, phases: [], marks: ['cut-off'] });
const gone = (): boolean => false;

let store: Store;
storeForEach((one) => (store = one), NOW_MS);

test('a run that has begun is none yet, and becomes one once its sidecar is gone', () => {
  store.saveBegun(CUT_OFF, PID);
  expect([store.keepCutOff((pid) => pid === PID), store.allRuns()]).toEqual([0, []]);
  expect([store.keepCutOff(gone), store.allRuns()]).toEqual([1, [CUT_OFF]]);
  expect(store.keepCutOff(gone)).toBe(0);
});

test('nothing is left of the beginning of a run that was saved', () => {
  store.saveBegun(CUT_OFF, PID);
  store.saveRun(exampleRun());
  expect([store.keepCutOff(gone), store.allRuns()]).toEqual([0, [exampleRun()]]);
});

test('the end of a run stands against who took it for cut off, and not the other way round', () => {
  store.saveBegun(CUT_OFF, PID);
  store.keepCutOff(gone);
  store.saveRun(exampleRun());
  expect(store.allRuns()).toEqual([exampleRun()]);
  store.saveBegun(CUT_OFF, PID);
  store.keepCutOff(gone);
  expect(store.allRuns()).toEqual([exampleRun()]);
});

test('runs that are forgotten do not come back', () => {
  store.saveBegun(CUT_OFF, PID);
  store.forget(CUT_OFF.keyHash, 'all');
  expect([store.keepCutOff(gone), store.allRuns()]).toEqual([0, []]);
});
