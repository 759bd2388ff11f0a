import { expect, test } from '@jest/globals';
import { runningWebuis, webuiOf, type Commands } from '../../../service/cli/running-webui.ts';

const commands = (lines: Readonly<Record<number, string>>): Commands => ({
  pids: () => Object.keys(lines).map(Number),
  of: (pid) => (lines[pid] ?? '').split(' '),
});
const SIDECAR = 'node /ext/dist/headroom.mjs serve --data-dir /webui/headroom --parent-pid 4242 --webui-id ab';

test('the WebUI that runs is the one that its sidecar names', () => {
  expect(webuiOf('/webui/headroom', runningWebuis(commands({ 1: 'init', 77: SIDECAR })))).toBe(4242);
  expect(webuiOf('/webui/./headroom/', runningWebuis(commands({ 77: SIDECAR })))).toBe(4242);
});

test('another data folder’s WebUI is not this one’s, and a command that says less is none', () => {
  expect(webuiOf('/other/headroom', runningWebuis(commands({ 77: SIDECAR })))).toBeNull();
  expect(webuiOf('/webui/headroom', runningWebuis(commands({ 7: 'vim --data-dir /webui/headroom' })))).toBeNull();
  expect(webuiOf('/webui/headroom', runningWebuis(commands({})))).toBeNull();
});
