/**
 * test/fixtures/hosts/runs.json: runs of a WebUI as the shim tells them (test/extension holds it to that), and what the
 * sidecar hears of each: what the shim itself made of it before the sidecar did.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readReport } from '../../../service/hosts/hosts.ts';
import type { HostMessage, RunOrder } from '../../../service/protocol/host.ts';
import type { Report, ShimMessage, ToShimMessage } from '../../../service/protocol/shim.ts';
import { createHostRuns } from '../../../service/server/host-runs.ts';

interface Case {
  readonly name: string;
  readonly order: RunOrder | null;
  readonly request: ToShimMessage | null;
  readonly messages: readonly Exclude<ShimMessage, { type: 'hello' | 'environment' }>[];
  readonly says: readonly HostMessage[];
}

const path = new URL('../../fixtures/hosts/runs.json', import.meta.url);
const { reports, runs: CASES } = JSON.parse(readFileSync(path, 'utf8')) as {
  readonly reports: Readonly<Record<'cuda' | 'cpu', Report>>;
  readonly runs: readonly Case[];
};
const LIVE = readReport(reports.cuda);

function heard({ name, order, messages }: Case): HostMessage[] {
  const live = /CPU|without counters/.test(name) ? readReport(reports.cpu) : LIVE;
  const runs = createHostRuns();
  if (order !== null) runs.order(order, live);
  return messages.flatMap((message) => [...runs.read(message, live)]);
}

test.each(CASES.map((one) => [one.name, one] as const))('%s is told as it was', (_name, one) => {
  expect(heard(one)).toEqual(one.says);
});

test.each(CASES.flatMap((one) => (one.order === null ? [] : [[one.name, one.order, one.request] as const])))(
  '%s is asked for by constructor arguments',
  (_name, order, request) => {
    expect(createHostRuns().order(order, LIVE)).toEqual(request);
  },
);

const ORDER = CASES.find(({ name }) => name === 'hires_image')?.order as RunOrder;
const hires = (change: object): RunOrder => ({
  ...ORDER,
  settings: { ...ORDER.settings, ...change },
});
const target = { width: 1024, height: 1024, uncroppedWidth: 1024, uncroppedHeight: 1024 };

test.each([
  ['hires_latent', 'Lanczos'],
  ['hires_image', 'Latent'],
  ['hires_image', 'gone'],
  ['hires_latent', 'gone'],
])(
  '%s with the upscaler %s, which is none of that kind, is refused before the shim hears of it',
  (operation, upscaler) => {
    const order = hires({ operation, hires: { ...target, upscaler } });
    expect(createHostRuns().order(order, LIVE)).toMatchObject({
      type: 'run-refused',
      runId: 'r1',
      reason: 'unsupported',
    });
  },
);

test('a target that no setting of hires fix leads to is refused', () => {
  const order = hires({
    hires: { ...target, height: 768, uncroppedWidth: 2048, uncroppedHeight: 2048, upscaler: null },
  });
  expect(createHostRuns().order(order, LIVE)).toMatchObject({ type: 'run-refused', reason: 'unsupported' });
});

test('hires fix of latents is refused with an inpainting checkpoint, and ordered with another', () => {
  const latent = hires({ operation: 'hires_latent', hires: { ...target, upscaler: null } });
  const { environment } = LIVE;
  const inpainting = { ...LIVE, environment: { ...environment, key: { ...environment.key, family: 'sd1 hybrid' } } };
  expect(createHostRuns().order(latent, inpainting)).toMatchObject({
    type: 'run-refused',
    reason: 'unsupported',
    problem: { code: 'not-with-inpainting', operation: 'hires_latent' },
  });
  expect(createHostRuns().order(latent, LIVE)).toMatchObject({ type: 'run' });
});

test('of two batches the first tells its phases, and marks of another run are nobody’s', () => {
  const person = CASES.find(({ name }) => name === "a person's txt2img") as Case;
  const stray = person.messages.map((message) => ('runId' in message ? { ...message, runId: 'other' } : message));
  const runs = createHostRuns();
  const said = [...person.messages.slice(0, 3), ...stray.slice(1), ...person.messages.slice(3)];
  expect(said.flatMap((message) => [...runs.read(message, LIVE)])).toEqual(person.says);
});
