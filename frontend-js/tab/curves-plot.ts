/** Memory against image size for one operation: peak with the points that were measured, and required beside it. */
import { element, setHidden, setText } from '../dom.ts';
import { OPERATION_NAMES } from '../format.ts';
import type { Curves } from './curve-lines.ts';
import { CurvePanel } from './curve-panel.ts';

const LEGEND =
  "All of the WebUI's own: what others use is left out. Dots: measured, with their batch size; rings: imported. Crosses: ran out of memory there. Across: side of a square of the same area. Where the card ends PyTorch gives back its cache, so no peak goes above; a peak line ends where required does not fit.";

export class CurvesPlot {
  readonly root: HTMLElement;
  readonly #panels = [
    new CurvePanel('peakMiB', 'Peak', 'with the cache that PyTorch keeps'),
    new CurvePanel('requiredMiB', 'Required', 'the least that is enough; decides whether it fits'),
  ];
  readonly #shown: HTMLElement;
  readonly #pale = element('span', { text: ' Pale: hires fix from another size than half, which the lines are of.' });
  readonly #empty = element('p', { class: 'headroom-empty' });

  constructor() {
    const panels = element(
      'div',
      { class: 'headroom-panels' },
      this.#panels.map(({ root }) => root),
    );
    this.#shown = element('div', {}, [panels, element('p', { class: 'headroom-soft' }, [LEGEND, this.#pale])]);
    this.root = element('div', {}, [this.#empty, this.#shown]);
  }

  update(curves: Curves): void {
    const empty = curves.lines.length === 0 && curves.points.length === 0;
    setHidden(this.#empty, !empty);
    setHidden(this.#shown, empty);
    setText(
      this.#empty,
      empty ? `No runs of ${OPERATION_NAMES[curves.operation]} under this calibration key yet.` : '',
    );
    setHidden(
      this.#pale,
      curves.points.every(({ onLine }) => onLine),
    );
    for (const panel of this.#panels) panel.update(empty ? null : curves);
  }

  redraw(): void {
    for (const panel of this.#panels) panel.redraw();
  }
}
