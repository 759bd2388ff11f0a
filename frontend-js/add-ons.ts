/** What is switched on beside the sliders, by the names on the page. Prompts stay here: of them kinds are counted. */
import type { TabName } from './settings.ts';
import { webuiOption } from './webui.ts';

const MOST_CHARACTERS = 300;
const MOST = 40;
const NETWORK = /<(lora|lyco|hypernet):[^>]+>/g;
const SWITCH = /^\s*(enable|active)/i;
/** A1111 takes these from its settings. */
const OPTIONS = { tiling: 'tiling', face_restoration: 'face restoration' };

/** In a script's own words for them an Enable or Active box is ticked, as ControlNet has one for each unit. */
function isTicked(accordion: Element): boolean {
  return [...accordion.querySelectorAll<HTMLInputElement>('input[type=checkbox]:checked')].some((box) =>
    SWITCH.test(box.closest('label')?.textContent ?? ''),
  );
}

/**
 * A script's controls lie in an accordion of its name. The tick of the accordion itself is the switch (A1111's
 * InputAccordion, from 1.7 on, whose value is a hidden checkbox); where it has none, a box in it that says so. What
 * lies inside another accordion is a part of that.
 */
function scriptsIn(container: Element): string[] {
  const names: string[] = [];
  for (const label of container.querySelectorAll('.label-wrap')) {
    const accordion = label.parentElement;
    if (accordion === null || accordion.closest('.label-wrap ~ *') !== null) continue;
    const own = container.querySelector<HTMLInputElement>(`[id="${accordion.id}-checkbox"] input`);
    if (own === null ? isTicked(accordion) : own.checked) names.push(label.querySelector('span')?.textContent ?? '');
  }
  return names;
}

function valueOf(root: ParentNode, selector: string): string {
  const value = root.querySelector<HTMLInputElement>(selector)?.value ?? '';
  return value === 'None' ? '' : value;
}

function networksIn(prompt: string): string[] {
  const counts = new Map<string, number>();
  for (const [, kind = ''] of prompt.matchAll(NETWORK)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind}: ${count}`);
}

export function addOnsIn(root: ParentNode, tab: TabName): string[] {
  const container = root.querySelector(`#${tab}_script_container`);
  const refines = root.querySelector(`#${tab}_enable-checkbox input:checked`) !== null;
  return [
    ...(container === null ? [] : [...scriptsIn(container), valueOf(container, '#script_list input')]),
    ...networksIn(root.querySelector<HTMLTextAreaElement>(`#${tab}_prompt textarea`)?.value ?? ''),
    refines && valueOf(root, `#${tab}_checkpoint input`) !== '' ? 'refiner' : '',
    ...Object.entries(OPTIONS).map(([name, told]) => (webuiOption(name) === true ? told : '')),
  ]
    .map((name) => name.trim().slice(0, MOST_CHARACTERS))
    .filter((name) => name !== '')
    .slice(0, MOST);
}
