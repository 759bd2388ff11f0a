/** What is required by size and batch size, as a table: the deeper the nearer to the edge, which runs through it. */
import * as words from '../../service/words/index.ts';
import { element, setHidden } from '../dom.ts';
import type { Curves } from './curve-lines.ts';
import { heatOf, type Cell } from './heat.ts';
import { scrollBox } from './table.ts';

export class HeatMap {
  readonly root: HTMLElement;
  readonly #table = element('table', { class: 'headroom-table headroom-heat' });

  constructor() {
    this.root = element('div', {}, [
      element('p', {}, [element('strong', { text: words.HEAT_TITLE }), `, ${words.ABOUT_HEAT}`]),
      scrollBox(words.HEAT_TITLE, this.#table),
    ]);
  }

  update(curves: Curves | null): void {
    const heat = curves === null ? null : heatOf(curves);
    setHidden(this.root, heat === null);
    if (heat === null) return this.#table.replaceChildren();
    const heading = (text: string, scope: string) => element('th', { text, attributes: { scope } });
    this.#table.replaceChildren(
      element('thead', {}, [
        element('tr', {}, [element('td'), ...heat.sizesPx.map((px) => heading(words.pxInWords(px), 'col'))]),
      ]),
      element(
        'tbody',
        {},
        heat.rows.map(({ batchSize, cells }) =>
          element('tr', {}, [heading(words.lineName([batchSize]), 'row'), ...cells.map(cellOf)]),
        ),
      ),
    );
  }
}

function cellOf({ requiredMiB, share, isOver, edges }: Cell): HTMLElement {
  const text = isOver ? words.OVER_THE_EDGE : requiredMiB === null ? '' : words.formatMiB(requiredMiB);
  const cell = element('td', { text, attributes: { 'data-edges': edges.join(' '), 'data-over': String(isOver) } });
  if (!isOver && share !== null) cell.style.setProperty('--headroom-share', `${Math.round(share * 60)}%`);
  return cell;
}
