/** What programs are answered by the WebUI's own app: through the whole product. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  API_SCHEMA,
  estimateAnswerSchema,
  explainAnswerSchema,
  maxAnswerSchema,
} from '../../service/protocol/program.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { LIMIT_MS, openPage, type Page } from './page.ts';

let standIn: BuiltStandIn;
let page: Page;

beforeAll(async () => {
  standIn = await startBuiltStandIn(8, ['--pace', '0']);
  page = await openPage(standIn.url);
  await page.ready();
  await page.estimated();
}, LIMIT_MS);
afterAll(async () => {
  page.close();
  await standIn.stop();
});

async function ask(path: string, query: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const url = new URL(`/headroom/api/${path}`, standIn.url);
  url.search = new URLSearchParams(query).toString();
  const answer = await fetch(url);
  return { status: answer.status, body: await answer.json() };
}

test(
  'an estimate, the largest that fits and an explanation are what the page is told',
  async () => {
    const estimate = await ask('estimate', { width: '768', height: '512', batch_size: '2' });
    expect(estimate.status).toBe(200);
    const told = estimateAnswerSchema.parse(estimate.body);
    // Without what moves between two questions: what is in use.
    const { status, basis, limitingPhase, usableMiB, verdict } = await page.estimated({
      width: 768,
      height: 512,
      batchSize: 2,
    });
    expect(told).toMatchObject({ status, basis, limitingPhase, usableMiB, verdict });
    expect(told).toMatchObject({ schema: API_SCHEMA, status: 'estimated', keyHash: page.state()?.keyHash });

    const max = await ask('max');
    expect(max.status).toBe(200);
    expect(maxAnswerSchema.parse(max.body)).toMatchObject({ about: 'largest', batchSize: expect.any(Number) });

    const text =
      'CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 8.00 GiB total capacity; 5.00 GiB already allocated; 1.00 GiB free; 6.00 GiB reserved in total by PyTorch)';
    const explained = await ask('explain', { text });
    expect(explained.status).toBe(200);
    expect(explainAnswerSchema.parse(explained.body)).toMatchObject({ reading: { kind: 'cuda', triedMiB: 2048 } });
  },
  LIMIT_MS,
);

test('what is asked wrongly is answered by what to do', async () => {
  expect(await ask('estimate', { width: '512' })).toEqual({
    status: 422,
    body: { schema: API_SCHEMA, detail: '"height" must be given.' },
  });
});

test('OpenAPI, and the page of it, tell of all three beside what the WebUI has itself', async () => {
  const { paths } = (await (await fetch(new URL('/openapi.json', standIn.url))).json()) as { paths: object };
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/sdapi/v1/txt2img',
      ...['estimate', 'max', 'explain'].map((one) => `/headroom/api/${one}`),
    ]),
  );
  expect(await (await fetch(new URL('/docs', standIn.url))).text()).toContain('/openapi.json');
});

test(
  "the answers of the WebUI's own API carry nothing of ours",
  async () => {
    const body = JSON.stringify({ prompt: 'a cat', steps: 2, width: 512, height: 512 });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL('/sdapi/v1/txt2img', standIn.url), { method: 'POST', headers, body });
    const told = (await answer.json()) as { images: string[]; info: string };
    expect(told.images).toHaveLength(1);
    expect([...answer.headers.keys()].join()).not.toMatch(/headroom/i);
    expect(JSON.stringify({ ...told, images: [] })).not.toMatch(/headroom/i);
    expect(Buffer.from(told.images[0] ?? '', 'base64').toString('latin1')).not.toMatch(/headroom/i);
  },
  LIMIT_MS,
);
