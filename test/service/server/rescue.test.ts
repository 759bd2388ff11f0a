/** Generations as the shim tells them (test/fixtures/hosts/runs.json), whose decode runs out of memory. */
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test } from '@jest/globals';
import type { Notice } from '../../../service/protocol/notice.ts';
import type { ShimMessage } from '../../../service/protocol/shim.ts';
import type { ViewerState } from '../../../service/protocol/viewer.ts';
import { noticeInWords } from '../../../service/words/index.ts';
import { REPORT } from './fake-host.ts';
import { rigForEach } from './each-rig.ts';
import type { Rig } from './rig.ts';

const path = new URL('../../fixtures/hosts/runs.json', import.meta.url);
const { runs: CASES } = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly runs: readonly { readonly name: string; readonly messages: readonly ShimMessage[] }[];
};
const LOST = "a person's, its decode out of memory";
const RESCUED = "a person's, its decode rescued";

let rig: Rig;
rigForEach((own) => {
  rig = own;
});
beforeEach(async () => {
  await rig.clock.advance(2500);
});

function hasOption(value: string | undefined): void {
  const facts = { ...REPORT.facts, ...(value === undefined ? {} : { 'opts:headroom_rescue': value }) };
  rig.host.socket.say({ type: 'environment', report: { ...REPORT, facts } });
}

let told = 0;

async function generate(name: string): Promise<void> {
  const runId = `run-${++told}`;
  for (const message of CASES.find((one) => one.name === name)?.messages ?? []) {
    rig.host.socket.say({
      ...message,
      runId,
      ...(message.type === 'run-started' ? { startedAtMs: rig.clock.nowMs() } : {}),
    });
  }
  rig.host.memory(false);
  await rig.clock.advance(5000);
}

const offers = (): Notice[] =>
  (rig.viewer.last('state') as ViewerState | undefined)?.notices
    .map(({ notice }) => notice)
    .filter(({ code }) => code === 'rescue-offer') ?? [];

test('a run that was rescued is kept and marked: what its settings take is not known by it', async () => {
  hasOption('True');
  await generate(RESCUED);
  expect(rig.store.allRuns()).toMatchObject([{ outcome: 'ok', marks: ['rescued'] }]);
});

test('one that was lost is a lower bound as ever', async () => {
  hasOption('True');
  await generate(LOST);
  expect(rig.store.allRuns()).toMatchObject([{ outcome: 'oom', marks: [] }]);
});

test('the rescue is offered after the first loss, while its option is off', async () => {
  hasOption('False');
  await generate("a person's, out of memory");
  expect(offers()).toEqual([]);
  await generate(LOST);
  expect(offers()).toEqual([{ code: 'rescue-offer' }]);
  expect(noticeInWords({ code: 'rescue-offer' })).toContain('their parameters say so');
  hasOption('True');
  await rig.clock.advance(500);
  expect(offers()).toEqual([]);
});

test('the offer goes with the next generation', async () => {
  hasOption('False');
  await generate(LOST);
  await generate("a person's txt2img");
  expect(offers()).toEqual([]);
});

test('nothing is offered by a WebUI whose decode cannot be rescued', async () => {
  hasOption(undefined);
  await generate(LOST);
  expect(offers()).toEqual([]);
});
