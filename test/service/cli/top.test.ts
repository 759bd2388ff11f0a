import { beforeEach, describe, expect, test } from '@jest/globals';
import { runTop, type TopMachine } from '../../../service/cli/commands/top.ts';
import type { Screen } from '../../../service/cli/top/screen.ts';
import { exampleRun } from '../recorder/examples.ts';
import { createFakeClock, type FakeClock } from '../server/fake-clock.ts';
import { DEVICE, FakeSampler } from '../server/fake-sampler.ts';
import { createWorld, type FakeWorld } from './world.ts';

let world: FakeWorld;
let clock: FakeClock;
let sampler: FakeSampler;
let usedMiB: number;

beforeEach(() => {
  world = createWorld('/webui');
  clock = createFakeClock();
  usedMiB = 4096;
  sampler = new FakeSampler(clock, () => ({ ...DEVICE, usedMiB, driverKeptMiB: 192 }));
  sampler.processes = () => [
    { pid: 99, name: 'firefox\u001b[2J', usedMiB: 500 },
    { pid: 4242, name: 'python', usedMiB: 3000 },
  ];
});

function machine(over: Partial<TopMachine> = {}): TopMachine {
  return {
    clock,
    createSampler: () => sampler,
    runningWebuis: () => [{ pid: 4242, dataDir: '/webui' }],
    lastRunIn: () => null,
    screen: null,
    onSignal: () => undefined,
    ...over,
  };
}

async function top(args: readonly string[], over: Partial<TopMachine> = {}): Promise<number> {
  const running = runTop(args, world, machine(over));
  await clock.advance(15_000);
  return running;
}

describe('headroom top without a terminal', () => {
  test('prints once who holds the card, the largest first, and what nobody is named for', async () => {
    expect(await top([])).toBe(0);
    expect(world.printed()).toMatch(/4\.0 GiB of 7\.8 GiB used, 3\.8 GiB free\n\[#+\.+\]\n/);
    expect(world.printed()).toMatch(
      /python, the WebUI \(4242\) +2\.9 GiB\n {2}firefox.*\(99\) +500 MiB\n {2}programs that the driver does not name +596 MiB\n/,
    );
    expect(world.printed()).not.toContain('\u001b');
    expect(sampler.stopped).toBe(true);
  });

  test('calls the WebUI of the data folder the WebUI, and no other', async () => {
    sampler.processes = () => [
      { pid: 77, name: 'python', usedMiB: 500 },
      { pid: 4242, name: 'python', usedMiB: 3000 },
    ];
    const runningWebuis = () => [
      { pid: 77, dataDir: '/other' },
      { pid: 4242, dataDir: '/webui' },
    ];
    expect(await top(['--data-dir', '/webui/'], { runningWebuis })).toBe(0);
    expect(world.printed()).toMatch(/python, the WebUI \(4242\)/);
    expect(world.printed()).not.toMatch(/the WebUI \(77\)/);
  });

  test('prints one JSON object where a program asks', async () => {
    expect(await top(['--json'])).toBe(0);
    expect(JSON.parse(world.printed())).toMatchObject({
      ok: true,
      card: { usedMiB: 4096, usableMiB: 8000 },
      programs: [{ pid: 4242, kind: 'webui' }, { pid: 99 }],
      untoldMiB: 596,
      lastRun: null,
    });
  });

  test('names the last run of the store, and what PyTorch kept before it', async () => {
    const asked: string[] = [];
    const { runId, startedAtMs, origin, settings, capMiB } = exampleRun();
    const run = { runId, startedAtMs, origin, settings, capMiB } as const;
    const lastRun = { ...run, outcome: 'ok', peakMiB: 3500, cacheMiB: 800 } as const;
    await top([], {
      lastRunIn: (dataDir) => {
        asked.push(dataDir);
        return lastRun;
      },
    });
    expect(asked).toEqual([world.defaultDataDir()]);
    expect(world.printed()).toMatch(
      /Last run +txt2img, .*peak 3\.4 GiB of the whole device\nCache +800 MiB held by PyTorch/,
    );
  });

  test('says that the driver does not list programs', async () => {
    sampler.processes = () => null;
    await top([]);
    expect(world.printed()).toContain('the driver does not say');
  });

  test('says why no memory can be read, and fails', async () => {
    sampler.state = { ...sampler.state, health: 'unavailable', reason: 'driver-mismatch' };
    expect(await top([])).toBe(1);
    expect(world.complained()).toMatch(/^headroom top: .*\n$/);
    expect(sampler.stopped).toBe(true);
  });

  test.each(['0', '199', '60001', 'often'])('does not understand an interval of %s ms', async (interval) => {
    expect(await top(['--interval-ms', interval])).toBe(2);
  });
});

describe('headroom top in a terminal', () => {
  let written: string;
  let press: (key: string) => void;
  let keyboardIsOurs: boolean;
  let screen: Screen;

  beforeEach(() => {
    written = '';
    keyboardIsOurs = false;
    screen = {
      columns: () => 60,
      write: (text) => (written += text),
      onKey: (listener) => {
        keyboardIsOurs = true;
        press = listener;
        return () => (keyboardIsOurs = false);
      },
    };
  });

  test.each(['q', '\u0003'])('draws over itself until %j, and gives the terminal back as it was', async (key) => {
    const running = runTop([], world, machine({ screen }));
    await clock.advance(2_000);
    expect([written.startsWith('\u001b[?1049h\u001b[?25l'), keyboardIsOurs]).toEqual([true, true]);
    usedMiB = 7900;
    written = '';
    await clock.advance(2_000);
    expect(written).toContain('7.7 GiB of 7.8 GiB used');
    expect(written).toContain('up to 7.7 GiB');
    press(key);
    expect(await running).toBe(0);
    expect([written.endsWith('\u001b[?25h\u001b[?1049l'), keyboardIsOurs]).toEqual([true, false]);
    expect([sampler.stopped, world.printed()]).toEqual([true, '']);
  });

  test('ends with a signal, too, and no other key ends it', async () => {
    let signal = (): void => undefined;
    const running = runTop([], world, machine({ screen, onSignal: (callback) => (signal = callback) }));
    await clock.advance(2_000);
    press('x');
    await clock.advance(1_000);
    expect(keyboardIsOurs).toBe(true);
    signal();
    expect(await running).toBe(0);
    expect(written.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
  });

  test('keeps each line within the terminal', async () => {
    const running = runTop([], world, machine({ screen }));
    await clock.advance(2_000);
    press('q');
    await running;
    const lines = written.replaceAll(/\u001b\[[?\d]*[a-zA-Z]/g, '').split('\r\n');
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });
});
