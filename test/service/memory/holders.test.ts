import { describe, expect, test } from '@jest/globals';
import { holdersOf, type HeldBy } from '../../../service/memory/holders.ts';
import { programKindOf } from '../../../service/memory/program-kinds.ts';
import { holdersInWords } from '../../../service/words/index.ts';

/** A WebUI with 420 MiB of context, a desktop and a browser on a card where 4000 MiB are used. */
const NOW: HeldBy = {
  figures: { usedMiB: 4000, usableMiB: 12_000, webuiMiB: 2_620 },
  torch: { allocatedMiB: 2_100, reservedMiB: 2_200 },
  contextMiB: 420,
  pid: 4242,
  processes: [
    { pid: 1, name: 'Xorg', usedMiB: 300, use: 'graphics' },
    { pid: 4242, name: 'python3', usedMiB: 2_620, use: 'compute' },
    { pid: 2, name: 'firefox', usedMiB: 700 },
  ],
  weights: { unetMiB: 1639, textMiB: 235, vaeMiB: 160 },
  otherCheckpoints: { count: 0, where: 'ram', usedMiB: 0 },
  leftBehindMiB: 0,
};

describe('who holds the memory of a card', () => {
  test('is each program by name, kind and what it does, the largest first', () => {
    expect(holdersOf(NOW).programs).toEqual([
      { pid: 4242, name: 'python3', kind: 'webui', use: 'compute', usedMiB: 2620 },
      { pid: 2, name: 'firefox', kind: 'browser', use: null, usedMiB: 700 },
      { pid: 1, name: 'Xorg', kind: 'desktop', use: 'graphics', usedMiB: 300 },
    ]);
  });

  test('is all that is used: what nobody is known to hold is told', () => {
    const { by, untoldMiB, webui } = holdersOf(NOW);
    expect([by, untoldMiB]).toEqual(['driver', 380]);
    expect(webui).toMatchObject({ restMiB: 66, cacheMiB: 100, contextMiB: 420, leftBehindMiB: 0 });
    const parts = 1639 + 235 + 160 + 66 + 100 + 420;
    expect(parts).toBe(NOW.figures.webuiMiB);
  });

  test('is by difference where the driver names programs without figures (WDDM, WSL 2)', () => {
    const processes = [
      { pid: 4242, name: 'python.exe', usedMiB: null },
      { pid: 9, name: 'dwm.exe', usedMiB: null },
    ];
    const holders = holdersOf({ ...NOW, processes, contextMiB: null, figures: { ...NOW.figures, webuiMiB: 2200 } });
    expect(holders).toMatchObject({ by: 'difference', untoldMiB: 1800 });
    expect(holdersInWords(holders).at(-1)).toContain('the difference');
  });

  test('keeps other checkpoints on the card apart from the weights in use and from what failed runs left', () => {
    const { webui } = holdersOf({
      ...NOW,
      torch: { allocatedMiB: 4_500, reservedMiB: 4_600 },
      otherCheckpoints: { count: 1, where: 'card', usedMiB: 2_040 },
      leftBehindMiB: 326,
    });
    expect(webui).toMatchObject({ restMiB: 100, leftBehindMiB: 326, otherCheckpoints: { usedMiB: 2040 } });
  });

  test('counts all that PyTorch holds as one where the networks are not known', () => {
    expect(holdersOf({ ...NOW, weights: null }).webui).toMatchObject({ weights: null, restMiB: 2100 });
  });

  test('is nobody’s part of the WebUI’s where it has no counters, and no program where none is listed', () => {
    expect(holdersOf({ ...NOW, torch: null, processes: null })).toMatchObject({ webui: null, programs: [] });
  });
});

test.each([
  ['Xorg', 'desktop'],
  ['gnome-shell', 'desktop'],
  ['kwin_wayland', 'desktop'],
  ['DWM.exe', 'desktop'],
  ['C:\\Windows\\explorer.exe', 'desktop'],
  ['/usr/lib/firefox/firefox', 'browser'],
  ['chrome.exe', 'browser'],
  ['msedgewebview2.exe', 'browser'],
  ['Discord.exe', 'chat'],
  ['obs64.exe', 'recorder'],
  ['steamwebhelper', 'game'],
  ['python3', 'other'],
  ['ollama', 'other'],
])('%s is known as %s', (name, kind) => {
  expect(programKindOf(name)).toBe(kind);
});
