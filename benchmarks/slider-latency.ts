/// <reference lib="dom" />
/** From a change of a slider to the painted readout, in Chromium, through the WebUI's own route. */
import type { Page } from 'playwright-core';
import { READOUT, withBenchmarkedPage } from './benchmarked-page.ts';
import { summarise, type Row } from './figures.ts';
import { positionsThatChange } from './positions.ts';

const WARM_UP = 20;
const CHANGES = 300;
const SLIDER = '#txt2img_width input[type=range]';
const WIDTHS_PX = [512, 576, 640, 704, 768, 832, 896, 960];
/** A change that is not shown by then is none of speed: something is broken. */
const CHANGE_LIMIT_MS = 10_000;
const SETTLED_AFTER_MS = 500;

interface Drag {
  readonly readoutSelector: string;
  readonly sliderSelector: string;
  readonly positions: readonly number[];
  readonly limitMs: number;
}

/** `waitedMs`: of it what the page had nothing to do and waited for the display's next frame. */
interface Change {
  readonly paintedMs: number;
  readonly waitedMs: number;
}

/**
 * Runs in the page: sets the width as a drag of the slider does, waits until the readout shows other figures and is no
 * longer busy, then for the frame in which that is painted. One per change; throws where one takes `limitMs`.
 */
async function drag({ readoutSelector, sliderSelector, positions, limitMs }: Drag): Promise<Change[]> {
  const readout = document.querySelector(readoutSelector);
  const slider = document.querySelector<HTMLInputElement>(sliderSelector);
  const figures = readout?.querySelector('.headroom-figures');
  if (readout === null || slider === null || figures === null || figures === undefined)
    throw new Error('no readout or no slider on the page');
  /** When the frame began. */
  const painted = () =>
    new Promise<number>((resolve) =>
      requestAnimationFrame(() => {
        const beganMs = performance.now();
        // The message channel is served after the frame's style, layout and paint.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(beganMs);
        channel.port2.postMessage(null);
      }),
    );
  const changes: Change[] = [];
  for (const [at, px] of positions.entries()) {
    const before = figures.textContent;
    const settled = new Promise<void>((resolve, reject) => {
      const end = (result: () => void): void => {
        observer.disconnect();
        clearTimeout(limit);
        result();
      };
      const observer = new MutationObserver(() => {
        if (figures.textContent !== before && readout.getAttribute('aria-busy') !== 'true') end(resolve);
      });
      const limit = setTimeout(
        () =>
          end(() =>
            reject(new Error(`change ${at + 1}, to ${px} px: "${before}" was still shown after ${limitMs} ms`)),
          ),
        limitMs,
      );
      observer.observe(readout, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    const startedMs = performance.now();
    slider.value = String(px);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await settled;
    const settledMs = performance.now();
    const beganMs = await painted();
    changes.push({ paintedMs: performance.now() - startedMs, waitedMs: beganMs - settledMs });
    await new Promise((resolve) => setTimeout(resolve, 30 + ((at * 7) % 23)));
  }
  return changes;
}

/** What the readout shows at each width, once it has settled. */
async function survey(page: Page): Promise<Map<number, string>> {
  const shown = new Map<number, string>();
  for (const px of WIDTHS_PX) {
    await page.locator(SLIDER).evaluate((slider, value) => {
      (slider as HTMLInputElement).value = String(value);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }, px);
    await page.waitForTimeout(SETTLED_AFTER_MS);
    const figures = await page.waitForSelector(`${READOUT}[aria-busy=false] .headroom-figures`, {
      timeout: CHANGE_LIMIT_MS,
    });
    shown.set(px, (await figures.textContent()) ?? '');
  }
  return shown;
}

async function dragThrough(page: Page): Promise<Change[]> {
  const positions = positionsThatChange(await survey(page), WIDTHS_PX.at(-1) ?? 0, WARM_UP + CHANGES);
  if (positions === null) throw new Error('the readout shows the same figures at each width');
  const changes = await page.evaluate(drag, {
    readoutSelector: READOUT,
    sliderSelector: SLIDER,
    positions,
    limitMs: CHANGE_LIMIT_MS,
  });
  return changes.slice(WARM_UP);
}

export async function measureSliderLatency(): Promise<Row[]> {
  const changes = await withBenchmarkedPage(dragThrough);
  return [
    {
      what: 'slider change to painted readout (ms)',
      unit: 'ms',
      figures: summarise(changes.map(({ paintedMs }) => paintedMs)),
      goal: 33,
      judged: 'p99',
    },
    {
      what: "of that without the wait for the display's next frame (ms)",
      unit: 'ms',
      figures: summarise(changes.map(({ paintedMs, waitedMs }) => paintedMs - waitedMs)),
      goal: 16,
      judged: 'p99',
    },
  ];
}
