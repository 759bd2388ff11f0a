/// <reference lib="dom" />
/** What a press of Generate is held up by where the settings fit, in Chromium: from the click to the button itself. */
import type { Page } from 'playwright-core';
import { READOUT, withBenchmarkedPage } from './benchmarked-page.ts';
import { summarise, type Row } from './figures.ts';

const WARM_UP = 20;
const PRESSES = 200;
const BUTTON = '#txt2img_generate';

/** `presses`: of each the ms between the window and the button, on the way down; the guard listens between them. */
declare const window: Window & { headroomPresses: number[] };

/** Runs in the page. Nothing is generated: the press goes no further than to the button. */
function listen(selector: string): void {
  let beganMs = 0;
  window.headroomPresses = [];
  window.addEventListener('click', () => (beganMs = performance.now()), { capture: true });
  document.querySelector(selector)?.addEventListener(
    'click',
    (event) => {
      window.headroomPresses.push(performance.now() - beganMs);
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}

async function press(page: Page): Promise<number[]> {
  await page.waitForSelector(`${READOUT}[data-state=fits]`);
  await page.evaluate(listen, BUTTON);
  for (let pressed = 0; pressed < WARM_UP + PRESSES; pressed += 1) await page.click(BUTTON);
  return (await page.evaluate(() => window.headroomPresses)).slice(WARM_UP);
}

export async function measureGenerateGuard(): Promise<Row[]> {
  const addedMs = await withBenchmarkedPage(press);
  if (addedMs.length !== PRESSES) throw new Error(`${addedMs.length} of ${PRESSES} presses came to the button`);
  return [
    {
      what: 'generate guard: added to a press of what fits (ms)',
      unit: 'ms',
      figures: summarise(addedMs),
      goal: 2,
      judged: 'p99',
    },
  ];
}
