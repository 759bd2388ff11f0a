/** A table of texts, headings first, that scrolls by itself where it is too wide. */
import { element } from '../dom.ts';

/** @param label names it to those who do not see it; focusable, so that it can be scrolled by keyboard. */
export function scrollBox(label: string, table: HTMLElement): HTMLElement {
  return element(
    'div',
    { class: 'headroom-scroll', attributes: { tabindex: '0', role: 'region', 'aria-label': label } },
    [table],
  );
}

/** @param firstNames the first column names its row. */
export function tableOf([head = [], ...rows]: readonly (readonly string[])[], firstNames: boolean): HTMLElement {
  const heading = (text: string) =>
    text === '' ? element('td') : element('th', { text, attributes: { scope: 'col' } });
  const cell = (text: string, index: number) =>
    firstNames && index === 0 ? element('th', { text, attributes: { scope: 'row' } }) : element('td', { text });
  return element('table', { class: 'headroom-table' }, [
    element('thead', {}, [element('tr', {}, head.map(heading))]),
    element(
      'tbody',
      {},
      rows.map((cells) => element('tr', {}, cells.map(cell))),
    ),
  ]);
}
