/** Pages ask who holds the device's memory. */
import { expect, test } from '@jest/globals';
import type { ToViewerMessage } from '../../../service/protocol/viewer.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import { ramOfWebui, rigForEach } from './each-rig.ts';
import { createRig, NO_RAM, type Rig } from './rig.ts';

type Told = Extract<ToViewerMessage, { type: 'holders' }>;

let dataDir: string;
let rig: Rig;
const replaced = rigForEach(
  (own, folder) => {
    rig = own;
    dataDir = folder;
  },
  () => ({ readRam: ramOfWebui(() => 4000) }),
);

async function ask(): Promise<Told> {
  rig.viewer.say({ type: 'holders', requestId: 5 });
  await rig.clock.advance(10);
  return toViewerMessageSchema.parse(rig.viewer.last('holders')) as Told;
}

test('the WebUI’s parts add up to what is shown as its own, and the rest is others’ (VIEW-12)', async () => {
  await rig.clock.advance(6_000);
  const { requestId, holders, ram } = await ask();
  expect(requestId).toBe(5);
  expect(holders.programs).toMatchObject([{ pid: 4242, kind: 'webui', usedMiB: rig.host.processUsedMiB }]);
  expect(holders).toMatchObject({ by: 'driver', usedMiB: rig.host.usedMiB(), untoldMiB: rig.host.othersMiB });
  expect(holders.webui).toMatchObject({ contextMiB: rig.host.contextMiB, leftBehindMiB: 0 });
  expect(ram).toMatchObject({ webuiMiB: 4000, findings: [{ code: 'no-better-allocator' }] });
});

test('without a WebUI the programs alone are told', async () => {
  await rig.clock.advance(6_000);
  rig.host.socket.emit('close');
  await rig.clock.advance(6_000);
  expect(await ask()).toMatchObject({ holders: { webui: null }, ram: { webuiMiB: null } });
});

test('a reader of RAM that fails costs the answer and nothing else', async () => {
  await rig.end();
  rig = replaced(createRig(dataDir, { readRam: { ...NO_RAM, machine: () => Promise.reject(new Error('broken')) } }));
  await rig.clock.advance(2_000);
  rig.viewer.say({ type: 'holders', requestId: 6 });
  await rig.clock.advance(10);
  expect(rig.viewer.last('error')).toMatchObject({ reason: 'internal' });
});
