import { element } from './dom.ts';

/** @param about told where the pointer rests. */
export function button(
  className: string,
  text: string,
  click: () => void,
  about: string | null = null,
): HTMLButtonElement {
  const attributes = about === null ? { type: 'button' } : { type: 'button', title: about };
  return element('button', { class: className, text, attributes, on: { click } });
}
