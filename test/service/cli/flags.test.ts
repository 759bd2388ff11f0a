import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { readReport } from '../../../service/hosts/hosts.ts';
import type { AdviceResult } from '../../../service/protocol/advice.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { openStore } from '../../../service/store/store.ts';
import { SD15_LIKE } from '../model/synthetic-host.ts';
import { calibratingRuns } from '../recorder/examples.ts';
import { ENVIRONMENT, knownReport } from '../server/fake-host.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import type { FakeWorld } from './world.ts';

let world: FakeWorld;
worldForEach((own) => {
  world = own;
});

/** A store of a set-up whose networks are known. */
function fillKnown(dataDir: string): string {
  const { environment } = readReport(knownReport(), SD15_LIKE.staticMiB);
  const keyHash = keyHashOf(environment);
  const store = openStore(dataDir, world.nowMs());
  store.saveEnvironment(keyHash, storedEnvironmentOf(environment), world.nowMs());
  for (const run of calibratingRuns(keyHash)) store.saveRun(run);
  store.close();
  return keyHash;
}

describe('headroom flags', () => {
  const SIZE = ['--width', '1024', '--height', '1024', '--batch', '2'];

  test('prints a row for each set of flags, those in force marked, with the verdict here and on other cards', async () => {
    fillKnown(world.defaultDataDir());
    expect(await runCli(['flags', ...SIZE], world)).toBe(0);
    const rows = world.printed().match(/^(?:\* )?\S+ +(?:none|medvram|lowvram) .*$/gm) ?? [];
    expect(rows).toHaveLength(42);
    expect(rows.filter((row) => row.startsWith('* '))).toHaveLength(1);
    expect(world.printed()).toMatch(/required +peak +here +4 GB/);
  });

  test('prints the same as one JSON object', async () => {
    const keyHash = fillKnown(world.defaultDataDir());
    expect(await runCli(['flags', ...SIZE, '--json'], world)).toBe(0);
    const told = JSON.parse(world.printed()) as { keyHash: string } & Extract<AdviceResult, { about: 'flags' }>;
    expect(told).toMatchObject({ keyHash, about: 'flags', cardsMiB: [4096, 6144, 8192, 10240, 12288, 16384, 24576] });
    expect(told.rows.filter(({ isNow }) => isNow)).toMatchObject([{ attention: ENVIRONMENT.key['attention'] }]);
  });

  test('ends with 1 and a reason where the networks are not known, and with 2 without a size', async () => {
    fillStore(world.defaultDataDir(), calibratingRuns(KEY), world.nowMs());
    expect(await runCli(['flags', ...SIZE], world)).toBe(1);
    expect(world.printed()).toContain('not known well enough');
    expect(await runCli(['flags'], world)).toBe(2);
    expect(world.complained()).toContain('headroom flags: ');
  });
});
