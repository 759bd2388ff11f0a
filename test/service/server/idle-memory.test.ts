import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { createIdleMemory } from '../../../service/server/idle-memory.ts';
import type { IdleMemory } from '../../../service/store/environment-rows.ts';
import { createWorld } from '../cli/world.ts';
import { ENVIRONMENT } from './fake-host.ts';
import { createRig, temporaryDir } from './rig.ts';

describe('the memory at rest', () => {
  const REST: IdleMemory = { totalMiB: 8192, usableMiB: 8100, otherMiB: 600, loaded: 'all' };

  test('is kept as it is first read, and again where others take 64 MiB more or less, another set-up is loaded, or a first picture made', () => {
    const kept: [string, number, string][] = [];
    const keeper = createIdleMemory({
      saveIdleMemory: (key, { otherMiB, loaded }) => void kept.push([key, otherMiB, loaded]),
    });
    keeper.onReading(null, REST);
    keeper.onReading('a', { ...REST, otherMiB: null });
    for (const otherMiB of [600, 630, 664, 601]) keeper.onReading('a', { ...REST, otherMiB });
    keeper.onReading('b', { ...REST, otherMiB: 601 });
    for (const loaded of ['nothing', 'all', 'all'] as const) keeper.onReading('b', { ...REST, otherMiB: 602, loaded });
    expect(kept).toEqual([
      ['a', 600, 'all'],
      ['a', 664, 'all'],
      ['b', 601, 'all'],
      ['b', 602, 'nothing'],
      ['b', 602, 'all'],
    ]);
  });
});

describe('a set-up that has no run yet', () => {
  let dir: ReturnType<typeof temporaryDir>;
  beforeEach(() => {
    dir = temporaryDir();
  });
  afterEach(() => dir.remove());

  test('is known to the command line by what was read while its WebUI was idle', async () => {
    const rig = createRig(dir.path);
    await rig.clock.advance(2500);
    const kept = rig.store.idleMemory(keyHashOf(ENVIRONMENT));
    expect(kept).toMatchObject({ otherMiB: rig.host.othersMiB + rig.host.contextMiB });
    const world = createWorld(dir.path);
    await runCli(['estimate', '--width', '512', '--height', '512', '--json'], world);
    expect(world.complained()).toBe('');
    expect(JSON.parse(world.printed())).not.toMatchObject({ why: { code: 'no-idle-reading' } });
    await rig.end();
  });
});
