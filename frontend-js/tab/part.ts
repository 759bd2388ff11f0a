import { element } from '../dom.ts';

/** One part of the tab, called by its heading. @param name that no other part has. */
export function part(name: string, heading: string, children: readonly (Node | null)[]): HTMLElement {
  const id = `headroom_${name}_title`;
  return element('section', { class: 'headroom-part', attributes: { 'aria-labelledby': id } }, [
    element('h3', { text: heading, attributes: { id } }),
    ...children,
  ]);
}
