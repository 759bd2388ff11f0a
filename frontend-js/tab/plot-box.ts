/** Keeps a uPlot as wide as its box, and only while the box is on show (a hidden tab has no width). */
import type uPlot from 'uplot';
import * as words from '../../service/words/index.ts';
import { loadUPlot, type PlotMaker } from './load-uplot.ts';

const HEIGHT_PX = 280;

interface Size {
  readonly width: number;
  readonly height: number;
}
type Make = (UPlot: PlotMaker, size: Size) => uPlot;

export class PlotBox {
  readonly root: HTMLElement;
  readonly #height: number;
  #width = 0;
  #plot: uPlot | null = null;
  #make: Make | null = null;
  #maker: PlotMaker | null = null;
  #loading = false;

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

  show(make: Make): void {
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
    if (this.#maker === null) return void this.#load();
    if (this.#plot === null) this.#plot = this.#make(this.#maker, { width, height: this.#height });
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: this.#height });
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#maker = await loadUPlot();
    this.#loading = false;
    this.root.textContent = this.#maker === null ? words.NO_PLOTS : '';
    if (this.#maker !== null) this.#fit();
  }
}
