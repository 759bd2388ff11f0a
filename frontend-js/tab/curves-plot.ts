/** Memory against image size for one operation: peak with the points that were measured, and required beside it. */
import * as words from '../../service/words/index.ts';
import { element, setHidden, setText } from '../dom.ts';
import type { Curves } from './curve-lines.ts';
import { CurvePanel } from './curve-panel.ts';
import { HeatMap } from './heat-map.ts';

export class CurvesPlot {
  readonly root: HTMLElement;
  readonly #panels = [
    new CurvePanel('peak', words.PEAK, words.ABOUT_PEAK),
    new CurvePanel('required', words.REQUIRED, words.ABOUT_REQUIRED),
  ];
  readonly #shown: HTMLElement;
  readonly #heat = new HeatMap();
  readonly #empty = element('p', { class: 'headroom-empty' });
  /** What the lines rest on, where that is not runs enough. */
  readonly #basis = element('p');

  constructor() {
    const panels = element(
      'div',
      { class: 'headroom-panels' },
      this.#panels.map(({ root }) => root),
    );
    this.#shown = element('div', {}, [
      panels,
      element('p', { class: 'headroom-soft', text: words.LEGEND }),
      this.#heat.root,
    ]);
    this.root = element('div', {}, [this.#empty, this.#basis, this.#shown]);
  }

  update(curves: Curves): void {
    const empty = curves.lines.length === 0 && curves.points.length === 0;
    setHidden(this.#empty, !empty);
    setHidden(this.#shown, empty);
    const basis = basisOf(curves);
    setHidden(this.#basis, basis === '');
    setText(this.#basis, basis);
    setText(this.#empty, empty ? words.noCurvesInWords(curves.operation) : '');
    this.#heat.update(empty ? null : curves);
    for (const panel of this.#panels) panel.update(empty ? null : curves);
  }

  redraw(): void {
    for (const panel of this.#panels) panel.redraw();
  }
}

function basisOf({ finding }: Curves): string {
  return finding === null || finding.code === 'ready' ? '' : words.findingInWords(finding);
}
