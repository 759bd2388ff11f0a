/** Programs ask by the WebUI's API, one question a socket. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_ERROR_TEXT } from '../../../../service/protocol/limits.ts';
import {
  API_SCHEMA,
  maxAnswerSchema,
  toProgramMessageSchema,
  type Answer,
} from '../../../../service/protocol/program.ts';
import { rigForEach } from '../each-rig.ts';
import { knownReport } from '../fake-host.ts';
import { FakeSocket } from '../fake-socket.ts';
import { createRig, temporaryDir, type Rig } from '../rig.ts';

const ERROR =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 4.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

let rig: Rig;
const next = rigForEach((own) => {
  rig = own;
});
beforeEach(async () => {
  await rig.clock.advance(1500);
  rig.host.socket.say({ type: 'environment', report: knownReport() });
  await rig.clock.advance(1500);
});

async function ask(about: string, query: string): Promise<Answer> {
  const socket = new FakeSocket();
  rig.hub.addProgram(socket);
  socket.say({ type: 'ask', about, query });
  for (let waited = 0; waited < 400 && socket.last('answer') === undefined; waited += 1) await rig.clock.advance(10);
  const told = toProgramMessageSchema.parse(socket.last('answer'));
  if (told.type !== 'answer') throw new Error(told.message);
  return told;
}

describe('an estimate for a program (PROGRAM-2)', () => {
  test("counts the WebUI's CUDA context as the WebUI's, though no page was ever open", async () => {
    const dir = temporaryDir();
    await rig.end();
    rig = next(createRig(dir.path));
    rig.viewer.terminate();
    await rig.clock.advance(3000);
    rig.host.socket.say({ type: 'environment', report: knownReport() });
    await rig.clock.advance(3000);
    const { body } = await ask('estimate', 'width=512&height=512');
    expect(body).toMatchObject({ webuiMiB: rig.host.processUsedMiB });
    dir.remove();
  });

  test('is what the page is told, with the version of the answer, the set-up and a sentence', async () => {
    const settings = { operation: 'txt2img', width: 2048, height: 2048, batchSize: 4, hires: null };
    rig.viewer.say({ type: 'estimate', requestId: 1, tab: 'txt2img', settings });
    const { status, body } = await ask('estimate', 'width=2048&height=2048&batch_size=4');
    expect(status).toBe(200);
    const { result } = rig.viewer.last('estimate') as unknown as { result: object };
    expect(body).toEqual({
      ...result,
      schema: API_SCHEMA,
      keyHash: expect.stringMatching(/^[0-9a-f]+$/),
      message: expect.stringMatching(/^will not fit: .* Instead: \d+x\d+ fits\./i),
    });
  });

  test('without a WebUI, or a checkpoint, is why there is none', async () => {
    rig.host.socket.say({ type: 'environment', report: knownReport(null) });
    const { status, body } = await ask('estimate', 'width=512&height=512');
    expect(status).toBe(200);
    expect(body).toMatchObject({ schema: API_SCHEMA, keyHash: null, message: expect.stringMatching(/\.$/) });
    expect(body).not.toHaveProperty('required');
  });
});

test('the largest for a program is what the page is told (PROGRAM-2)', async () => {
  const { status, body } = await ask('max', 'batch_size=2');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    schema: API_SCHEMA,
    about: 'largest',
    size: { width: expect.any(Number) },
    table: { batchSizes: [1, 2, 4, 8] },
    message: expect.stringMatching(/^Largest of this shape and batch size: \d+x\d+\. Largest batch size: \d+\.$/),
  });
});

test('the largest with hires fix says of which base each is, in figures and in words (PROGRAM-2)', async () => {
  const { body } = await ask('max', 'width=512&height=512&enable_hr=true&hr_scale=2');
  const answer = maxAnswerSchema.parse(body);
  if (answer.about !== 'largest' || answer.size === null || answer.hires === null) throw new Error('none fits');
  const { size, hires, message } = answer;
  expect([size.scale, size.width]).toEqual([2, 2 * (size.base?.width ?? 0)]);
  expect(hires.base).toEqual({ width: 512, height: 512 });
  const [first, target] = [`${size.base?.width}x${size.base?.height}`, `${size.width}x${size.height}`];
  expect(message).toContain(`batch size: base ${first}, enlarged to ${target} ("Upscale by" 2).`);
  const most = `${hires.width}x${hires.height} ("Upscale by" ${hires.scale})`;
  expect(message).toContain(`Hires fix: from this base 512x512 up to ${most}.`);
});

test('an error is explained for a program as in the tab (PROGRAM-2)', async () => {
  rig.viewer.say({ type: 'explain', requestId: 7, text: ERROR });
  const { status, body } = await ask('explain', new URLSearchParams({ text: ERROR }).toString());
  expect(status).toBe(200);
  const { result } = rig.viewer.last('explain') as unknown as { result: object };
  expect(body).toMatchObject({ ...result, schema: API_SCHEMA, message: expect.stringContaining('Cause: ') });
});

test.each([
  ['estimate', 'width=512', '"height" must be given.'],
  [
    'estimate',
    'width=512&height=512&batch=2',
    'There is no parameter "batch" here. There are: width, height, batch_size',
  ],
  ['estimate', 'width=4&height=512', 'Image size'],
  ['estimate', 'width=99999999&height=512', '"width" must be from 1 to 16384.'],
  ['estimate', 'width=512&height=512&batch_size=0', 'Batch size'],
  ['max', 'width=512&height=0', 'Image size'],
  ['max', 'enable_hr=maybe', '"enable_hr" must be true or false.'],
  ['explain', '', '"text" must be given.'],
  ['explain', 'text=hello', 'This text holds no out-of-memory error'],
  ['explain', `text=${'x'.repeat(MAX_ERROR_TEXT + 1)}`, 'send its end'],
])('%s?%.40s is refused in a sentence (PROGRAM-3)', async (about, query, words) => {
  const { status, body } = await ask(about, query);
  expect(status).toBe(422);
  expect(body).toEqual({ schema: API_SCHEMA, detail: expect.stringContaining(words) });
});

test('a program that asks for what there is not is told so, as any other', () => {
  const socket = new FakeSocket();
  rig.hub.addProgram(socket);
  socket.say({ type: 'ask', about: 'everything', query: '' });
  expect(socket.last('error')).toMatchObject({ reason: 'bad-message' });
});
