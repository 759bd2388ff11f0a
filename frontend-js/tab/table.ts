/** What the tab's tables have in common. */
import * as words from '../../service/words/index.ts';
import { element, setAttribute } from '../dom.ts';

/**
 * Where there is more than it shows an edge of it says so: a table that is cut looks whole.
 * @param label names it to those who do not see it; focusable, so that it can be scrolled by keyboard.
 */
export function scrollBox(label: string, table: HTMLElement): HTMLElement {
  const attributes = { tabindex: '0', role: 'region', 'aria-label': label };
  const inner = element('div', { class: 'headroom-scroll', attributes }, [table]);
  const box = element('div', { class: 'headroom-scroll-box' }, [inner]);
  const look = () => {
    const { scrollLeft, clientWidth, scrollWidth, scrollTop, clientHeight, scrollHeight } = inner;
    const more = [
      ...(scrollLeft + clientWidth < scrollWidth - 1 ? ['right'] : []),
      ...(scrollTop + clientHeight < scrollHeight - 1 ? ['below'] : []),
    ];
    setAttribute(box, 'data-more', more.join(' ') || null);
  };
  inner.addEventListener('scroll', look, { passive: true });
  const observer = new ResizeObserver(look);
  for (const node of [inner, table]) observer.observe(node);
  return box;
}

/** Beside what is in force, or set. */
export function nowBadge(): HTMLElement {
  return element('span', { class: 'headroom-now', text: words.NOW_SET });
}
