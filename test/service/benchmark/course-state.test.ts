import { expect, test } from '@jest/globals';
import { beginning, next, type CourseEvent, type CourseState } from '../../../service/benchmark/course-state.ts';
import type { Session } from '../../../service/store/session.ts';
import { exampleRun } from '../recorder/examples.ts';
import { SESSION } from './examples.ts';

const { settings } = exampleRun();
const PLANNED: CourseEvent = {
  type: 'planned',
  runId: 'run-1',
  planned: { settings, capMiB: 3000 },
  atMs: 1000,
  limitMs: 600_000,
};
const RESULT: CourseEvent = { type: 'run', run: exampleRun({ runId: 'run-1' }), atMs: 3000 };
const CANCEL: CourseEvent = { type: 'stop', ending: { code: 'cancelled' } };
const BUSY: CourseEvent = {
  type: 'refused',
  refusal: { type: 'run-refused', runId: 'run-1', reason: 'busy', problem: { code: 'told', text: 'busy' } },
};

const PROBE: Session = { ...SESSION, options: { ...SESSION.options, budget: 'probe' }, runsPlanned: 2 };

function after(...events: readonly CourseEvent[]): { state: CourseState; effects: string[]; at: string } {
  let state = beginning(SESSION, []);
  let effects: string[] = [];
  for (const event of events) {
    const step = next(state, event);
    state = step.state;
    effects = step.effects.map((effect) => (effect.type === 'send' ? effect.message.type : effect.type));
  }
  return { state, effects, at: state.phase.at };
}

test('the warm-up is run without a cap, and its time over its own is what every run costs beside', () => {
  const { phase } = after({ type: 'begin' }, PLANNED).state;
  expect(phase).toMatchObject({ at: 'running', asked: { planned: { capMiB: null } } });
  const { state, effects } = after({ type: 'begin' }, PLANNED, RESULT);
  expect(state.progress).toMatchObject({ warmedUp: true, overheadMs: 1000 });
  expect(effects).toEqual(['plan']);
});

test('a probe has no warm-up: a person waits for it', () => {
  const { state, effects } = next(beginning(PROBE, []), PLANNED);
  expect(state.phase).toMatchObject({ at: 'running', asked: { planned: { capMiB: 3000 } } });
  expect(effects).toContainEqual({ type: 'send', message: expect.objectContaining({ origin: 'benchmark' }) });
});

test('one that ends says why: all was run, or what was run is enough, or it was a probe', () => {
  const whyOf = (session: Session, isEnough: boolean) => {
    const { phase } = next(beginning(session, []), { type: 'nothing-left', isEnough }).state;
    return phase.at === 'ended' && phase.ending.code === 'finished' ? phase.ending.why : null;
  };
  expect([whyOf(SESSION, false), whyOf(SESSION, true), whyOf(PROBE, false)]).toEqual(['all-runs', 'enough', 'probe']);
});

test('while the WebUI is busy nothing is in hand, and the same is planned again after a while', () => {
  const waiting = after({ type: 'begin' }, PLANNED, BUSY);
  expect([waiting.at, waiting.effects]).toEqual(['waiting', ['wait', 'changed']]);
  expect(after({ type: 'begin' }, PLANNED, BUSY, { type: 'time-up' }).effects).toEqual(['plan']);
  expect(after({ type: 'begin' }, PLANNED, BUSY, CANCEL).effects).toEqual(['end']);
});

test('a stop waits for the run in hand, and the first reason for it is the one that is told', () => {
  const stopping = after({ type: 'begin' }, PLANNED, CANCEL);
  expect([stopping.at, stopping.effects]).toEqual(['stopping', ['cancel', 'wait', 'changed']]);
  const both = [{ type: 'begin' }, PLANNED, CANCEL, { type: 'stop', ending: { code: 'lost' } }] as const;
  for (const last of [RESULT, BUSY, { type: 'time-up' }] as const) {
    expect(after(...both, last).state.phase).toEqual({ at: 'ended', ending: { code: 'cancelled' } });
  }
});

test('a run that is not the one in hand changes nothing', () => {
  const other = { ...RESULT, run: exampleRun({ runId: 'another' }) };
  const { at, effects } = after({ type: 'begin' }, PLANNED, other);
  expect([at, effects]).toEqual(['running', []]);
});

test('what has ended stays so, whatever comes', () => {
  const { state, effects } = after({ type: 'begin' }, PLANNED, { type: 'host-gone' }, RESULT);
  expect(state.phase).toEqual({ at: 'ended', ending: { code: 'host-gone' } });
  expect(effects).toEqual([]);
});
