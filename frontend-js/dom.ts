/**
 * Building blocks of the page. Text always goes in as text: names come from files and drivers that anybody may have
 * named.
 */

type Child = Node | string | null;

interface Properties {
  class?: string;
  text?: string;
  /** Anything else: role, aria-*, type, for, ... */
  attributes?: Readonly<Record<string, string>>;
  on?: { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
}

/** `class` is written out in full, prefix included, so that it can be searched for. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (properties.class !== undefined) node.className = properties.class;
  if (properties.text !== undefined) node.textContent = properties.text;
  for (const [name, value] of Object.entries(properties.attributes ?? {})) node.setAttribute(name, value);
  for (const [type, listener] of Object.entries(properties.on ?? {}))
    node.addEventListener(type, listener as (event: Event) => void);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Writes only what differs, so that an unchanged readout costs no layout. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node: Element, name: string, value: string | null): void {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function setHidden(node: HTMLElement, hidden: boolean): void {
  if (node.hidden !== hidden) node.hidden = hidden;
}
