/** The readout as it stands on the page. */
import type { Locator, Page } from 'playwright-core';
import type { LiveSettings } from '../settings.ts';

export interface ShownReadout {
  /** The verdict or the status, in the protocol's words. */
  state: string;
  /** All that can be read without opening anything. */
  text: string;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function readoutOf(page: Page, tab: LiveSettings['tab']): Locator {
  return page.locator(`#headroom_${tab}_readout`);
}

export async function readReadout(page: Page, tab: LiveSettings['tab']): Promise<ShownReadout> {
  const readout = readoutOf(page, tab);
  // Not what is only read out: that follows when the figures have settled.
  const parts = await readout.locator('.headroom-head, .headroom-told').allInnerTexts();
  return {
    state: (await readout.getAttribute('data-state')) ?? '',
    text: parts.join(' · ').replace(/\s+/g, ' ').trim(),
  };
}

/** Waits until what is shown is the answer for the controls as they stand. */
export async function settledReadout(page: Page, tab: LiveSettings['tab']): Promise<ShownReadout> {
  await page.locator(`#headroom_${tab}_readout[aria-busy=false]`).waitFor();
  return await readReadout(page, tab);
}

export async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error(`${String(locator)} is not shown`);
  return box;
}

/** How far the nearest edges of two boxes lie apart, in CSS pixels; 0 where they touch or overlap. */
export function gapPx(a: Box, b: Box): number {
  const between = (startA: number, sizeA: number, startB: number, sizeB: number) =>
    Math.max(0, startB - (startA + sizeA), startA - (startB + sizeB));
  return Math.max(between(a.x, a.width, b.x, b.width), between(a.y, a.height, b.y, b.height));
}
