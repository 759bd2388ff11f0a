/** Keeps a uPlot as wide as its box, and only while the box is on show (a hidden tab has no width). */
import type uPlot from 'uplot';

const HEIGHT_PX = 280;

export class PlotBox {
  readonly root: HTMLElement;
  readonly #height: number;
  #width = 0;
  #plot: uPlot | null = null;
  #make: ((size: { width: number; height: number }) => uPlot) | null = null;

  constructor(root: HTMLElement, height = HEIGHT_PX) {
    this.root = root;
    this.#height = height;
    root.style.height = `${height}px`;
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry?.contentRect.width ?? 0);
      this.#fit();
    }).observe(root);
  }

  /** Null while nothing is shown. */
  get plot(): uPlot | null {
    return this.#width > 0 ? this.#plot : null;
  }

  show(make: (size: { width: number; height: number }) => uPlot): void {
    this.#make = make;
    this.#plot?.destroy();
    this.#plot = null;
    this.#fit();
  }

  clear(): void {
    this.#make = null;
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** The theme has changed: the same data in other colours. */
  redraw(): void {
    this.#plot?.redraw(false, true);
  }

  #fit(): void {
    const width = this.#width;
    if (width === 0 || this.#make === null) return;
    if (this.#plot === null) this.#plot = this.#make({ width, height: this.#height });
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: this.#height });
  }
}
