/** Fits a part of ours to the page around it, whose theme may say nothing to ours: see theme.css. */
import { paletteFor, parseColour } from './colour.ts';
import type { Rgba } from './colour.ts';
import { element, setAttribute } from './dom.ts';

const SEE_THROUGH = 0.5;
const WHITE: Rgba = [255, 255, 255, 1];

function opaque(text: string): Rgba | null {
  const colour = parseColour(text);
  return colour !== null && colour[3] > SEE_THROUGH ? colour : null;
}

/** What lies behind an element: its own ground or that of the nearest around it. */
function groundOf(from: Element | null): Rgba {
  for (let at = from; at !== null; at = at.parentElement) {
    const ground = opaque(getComputedStyle(at).backgroundColor);
    if (ground !== null) return ground;
  }
  return WHITE;
}

export class Colours {
  readonly #root: HTMLElement;
  /** Never seen: the browser resolves the page's variables on it, in whatever form they are written. */
  readonly #probe = element('span', { class: 'headroom-colours', attributes: { 'aria-hidden': 'true' } });

  constructor(root: HTMLElement) {
    this.#root = root;
    root.append(this.#probe);
  }

  /** Looks at the page again; true where that changed anything. */
  fit(): boolean {
    if (!this.#root.isConnected) return false;
    const { color, backgroundColor, borderTopColor, borderBottomColor } = getComputedStyle(this.#probe);
    const grounds = [backgroundColor, borderTopColor, borderBottomColor];
    const surfaces = grounds.map(opaque).filter((colour) => colour !== null);
    const { page, colours } = paletteFor(groundOf(this.#root.parentElement), opaque(color), surfaces);
    const { headroomPage, headroomColours } = this.#root.dataset;
    if (page === headroomPage && colours === headroomColours) return false;
    setAttribute(this.#root, 'data-headroom-page', page);
    setAttribute(this.#root, 'data-headroom-colours', colours);
    return true;
  }
}
