/** The table of flags: what fits comes first, what is worse than now is folded away, each heading sorts. */
import type { FlagsTable } from '../../service/protocol/advice.ts';
import { VERDICT_TONES } from '../../service/words/verdict.ts';
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import { isWorse, nowIn, sortedBy, type FlagsColumn, type FlagsRow } from './flags.ts';
import { nowBadge, scrollBox } from './table.ts';

interface Heading {
  readonly column: FlagsColumn;
  readonly text: string;
}

export class FlagsTableBox {
  readonly root: HTMLElement;
  readonly #head = element('tr');
  readonly #body = element('tbody');
  readonly #unfold = button('headroom-button', '', () => this.#fold(!this.#folded));
  #rows: readonly FlagsRow[] = [];
  #column: FlagsColumn = 'verdict';
  #descending = false;
  #folded = true;

  constructor() {
    const table = element('table', { class: 'headroom-table headroom-flags' }, [
      element('thead', {}, [this.#head]),
      this.#body,
    ]);
    this.root = element('div', {}, [scrollBox(words.TABLE_OF_FLAGS, table), element('p', {}, [this.#unfold])]);
    setHidden(this.root, true);
  }

  clear(): void {
    setHidden(this.root, true);
  }

  show({ cardsMiB, rows }: FlagsTable): void {
    this.#rows = rows;
    [this.#column, this.#descending] = ['verdict', false];
    this.#head.replaceChildren(...headings(cardsMiB).map((heading) => this.#headingOf(heading)));
    setHidden(this.root, false);
    this.#fold(true);
  }

  #headingOf({ column, text }: Heading): HTMLElement {
    const sort = button('headroom-sort', text, () => {
      this.#descending = this.#column === column && !this.#descending;
      this.#column = column;
      this.#paint();
    });
    return element('th', { attributes: { scope: 'col', 'data-column': String(column) } }, [sort]);
  }

  #fold(folded: boolean): void {
    this.#folded = folded;
    this.#paint();
  }

  #paint(): void {
    const now = nowIn(this.#rows);
    const worse = this.#rows.filter((row) => isWorse(row, now));
    const shown = sortedBy(this.#rows, this.#column, this.#descending).filter(
      (row) => !this.#folded || !worse.includes(row),
    );
    this.#body.replaceChildren(...shown.map(rowOf));
    for (const heading of this.#head.children) {
      const sorted = heading.getAttribute('data-column') === String(this.#column);
      setAttribute(heading, 'aria-sort', sorted ? (this.#descending ? 'descending' : 'ascending') : null);
    }
    setHidden(this.#unfold, worse.length === 0);
    setText(this.#unfold, words.worseInWords(worse.length, this.#folded));
    setAttribute(this.#unfold, 'aria-expanded', String(!this.#folded));
  }
}

/** The answer comes first: on a narrow page the columns of other cards are scrolled to. */
function headings(cardsMiB: readonly number[]): readonly Heading[] {
  const [attention = '', mode = '', vae = '', required = '', peak = '', here = ''] = words.FLAGS_HEADINGS;
  return [
    { column: 'verdict', text: here },
    { column: 'attention', text: attention },
    { column: 'vramMode', text: mode },
    { column: 'vae', text: vae },
    { column: 'required', text: required },
    { column: 'peak', text: peak },
    ...cardsMiB.map((totalMiB, column) => ({ column, text: words.cardHeading(totalMiB) })),
  ];
}

function rowOf(row: FlagsRow): HTMLElement {
  const { attention, vramMode, vae, required, peak } = row;
  return element('tr', row.isNow ? { attributes: { 'aria-current': 'true' } } : {}, [
    verdictCell(row.verdict),
    element('th', { attributes: { scope: 'row' } }, [attention, ...(row.isNow ? [nowBadge()] : [])]),
    ...[vramMode, words.VAE_WIDTHS[vae], words.formatMiB(required.valueMiB), words.formatMiB(peak.valueMiB)].map(
      (text) => element('td', { text }),
    ),
    ...row.onCards.map(verdictCell),
  ]);
}

function verdictCell(verdict: FlagsRow['verdict']): HTMLElement {
  const attributes = { 'data-tone': VERDICT_TONES[verdict] };
  return element('td', { class: 'headroom-outcome', text: words.VERDICT_NAMES[verdict], attributes });
}
