/** Where the details of a readout lie: in sight, and never over the sliders that they are about. */
import type { TabName } from '../settings.ts';
import { appRoot } from '../webui.ts';

/** By the ends of the WebUI's ids. */
const SLIDERS = ['width', 'height', 'scale', 'batch_size', 'batch_count'];

/** Over the page while there is room, for so nothing moves; else in a place of their own. */
const PLACES = ['below', 'above', 'inside'] as const;

/** More than the border that they are placed within. */
const GAP_PX = 2;

/** @param details open already. */
export function placeDetails(details: HTMLElement, readout: HTMLElement, tab: TabName): void {
  const { top } = readout.getBoundingClientRect();
  const above = slidersOf(tab).map((slider) => slider.top);
  details.style.setProperty('--headroom-lift', `${top - Math.min(top, ...above) + GAP_PX}px`);
  const place = PLACES.find((one) => {
    details.dataset['place'] = one;
    const box = details.getBoundingClientRect();
    return one === 'inside' || (box.top >= 0 && box.bottom <= innerHeight && !covers(details, tab));
  });
  if (place !== 'inside') return;
  // What is longer than the window begins with the verdict that it is of.
  const fits = details.getBoundingClientRect().height <= innerHeight;
  (fits ? details : readout).scrollIntoView({ block: 'nearest' });
}

/** They may have grown since. */
export function covers(details: HTMLElement, tab: TabName): boolean {
  const { left, right, top, bottom } = details.getBoundingClientRect();
  return slidersOf(tab).some((one) => one.left < right && one.right > left && one.top < bottom && one.bottom > top);
}

/** On show. */
function slidersOf(tab: TabName): readonly DOMRect[] {
  return SLIDERS.flatMap((name) => [...appRoot().querySelectorAll(`#${tab}_${name}`)])
    .map((slider) => slider.getBoundingClientRect())
    .filter(({ width }) => width > 0);
}
