import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { createProgress } from '../../../service/cli/progress.ts';
import { calibratingRuns } from '../recorder/examples.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import type { FakeWorld } from './world.ts';

const CLEAR = '\r\u001b[2K';

let world: FakeWorld;
let dir: string;
worldForEach((own, folder) => {
  world = own;
  dir = folder;
});

/** A terminal, and a clock that goes on by so much each time it is asked. */
function onTerminal(stepMs: number): { world: FakeWorld; shown: string[] } {
  const shown: string[] = [];
  let nowMs = world.nowMs();
  const write = (text: string) => void shown.push(text.replace(CLEAR, ''));
  return {
    world: { ...world, nowMs: () => (nowMs += stepMs), progressTerminal: { columns: 80, write } },
    shown,
  };
}

describe('progress', () => {
  test('is shown a few times a second at most, and leaves an empty line', () => {
    const shown: string[] = [];
    let nowMs = 0;
    const progress = createProgress({
      ...world,
      nowMs: () => nowMs,
      progressTerminal: { columns: 80, write: (text) => void shown.push(text) },
    });
    for (; nowMs < 1000; nowMs += 10) progress.tell(() => `at ${nowMs}`);
    progress.end();
    expect(shown).toEqual([...[200, 400, 600, 800].map((ms) => `${CLEAR}at ${ms}`), CLEAR]);
  });

  test('of an export and an import says how far they are, beside what they print', async () => {
    fillStore(join(dir, 'data'), calibratingRuns(KEY), world.nowMs());
    const file = join(dir, 'runs.ndjson');
    const exporting = onTerminal(100);
    expect(await runCli(['export', file], exporting.world)).toBe(0);
    expect(exporting.shown[0]).toMatch(/^\d+ lines/);
    const importing = onTerminal(300);
    expect(await runCli(['import', file, '--data-dir', join(dir, 'other')], importing.world)).toBe(0);
    expect(importing.shown[0]).toMatch(/^0\.0 MiB of 0\.0 MiB read$/);
    for (const { shown } of [exporting, importing]) expect(shown.at(-1)).toBe('');
    expect(world.printed()).not.toContain(CLEAR);
  });

  test('is not shown where there is no terminal, nor of what takes no time', async () => {
    fillStore(join(dir, 'data'), calibratingRuns(KEY), world.nowMs());
    const quick = onTerminal(0);
    expect(await runCli(['export', join(dir, 'a')], quick.world)).toBe(0);
    expect(quick.shown).toEqual([]);
    expect(await runCli(['export', join(dir, 'b')], { ...onTerminal(100).world, progressTerminal: null })).toBe(0);
    expect(world.complained()).toBe('');
  });
});
