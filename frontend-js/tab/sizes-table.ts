/** The largest sizes by shape and batch size: the sliders' own are marked, a click sets one. */
import type { Largest } from '../../service/protocol/advice.ts';
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import * as words from '../../service/words/index.ts';
import { button } from '../button.ts';
import { element } from '../dom.ts';
import { isLandscape, settingsWith, shapeOf, turned, turnedShape, type Size } from './sizes.ts';
import { nowBadge, scrollBox } from './table.ts';

export interface SizesTableOptions {
  /** Of the WebUI, where a size is set. */
  readonly tabTitle: string;
  /** As they stand; null where they are of another operation, or make no sense. */
  readonly sliders: RequestedSettings | null;
  /** Of the operation, with other sizes set in them. */
  readonly base: RequestedSettings;
  /** Of the operation, where a click changes that too: what hires fix then is. */
  readonly turnsHires: 'on' | 'off' | null;
  readonly canSet: (settings: GenerationSettings) => boolean;
  readonly set: (settings: GenerationSettings) => void;
}

export function sizesTable({ batchSizes, rows }: Largest['table'], options: SizesTableOptions): HTMLElement {
  const { sliders } = options;
  const lies = isLandscape(sliders);
  const batchNow = sliders?.batchSize ?? null;
  const shapeNow =
    sliders === null
      ? null
      : shapeOf(
          sliders,
          rows.map(({ shape }) => shape),
        );
  const head = element('tr', {}, [
    element('td'),
    ...batchSizes.map((size) => heading('col', words.batchHeading(size), size === batchNow)),
  ]);
  const body = rows.map(({ shape, sizes }) =>
    element('tr', {}, [
      heading('row', lies ? turnedShape(shape) : shape, shape === shapeNow),
      ...sizes.map((size, index) => {
        const batchSize = batchSizes[index] ?? 1;
        const shown = size !== null && lies ? turned(size) : size;
        return cellOf(shown, batchSize, shape === shapeNow && batchSize === batchNow, options);
      }),
    ]),
  );
  const table = element('table', { class: 'headroom-table headroom-sizes' }, [
    element('thead', {}, [head]),
    element('tbody', {}, body),
  ]);
  return scrollBox(words.TABLE_OF_SIZES, table);
}

function heading(scope: 'col' | 'row', text: string, isNow: boolean): HTMLElement {
  return element('th', { attributes: { scope } }, [text, ...(isNow ? [nowBadge()] : [])]);
}

function cellOf(
  size: Size | null,
  batchSize: number,
  isNow: boolean,
  { tabTitle, base, turnsHires, canSet, set }: SizesTableOptions,
): HTMLElement {
  const text = words.sizeInWords(size);
  const settings = size === null ? null : settingsWith(base, size, batchSize);
  const content =
    settings === null || !canSet(settings)
      ? text
      : button('headroom-size', text, () => set(settings), words.sizeToSetInWords(tabTitle, settings, turnsHires));
  return element('td', isNow ? { attributes: { 'aria-current': 'true' } } : {}, [content]);
}
