/** Sets the WebUI's own fields as a person would, and can put back what stood there. */
import { choose } from './dropdown.ts';
import type { Move } from './moves.ts';
import type { TabName } from './settings.ts';
import { appRoot } from './webui.ts';

/** @returns puts back what stood there before. */
export async function apply(tab: TabName, moves: readonly Move[]): Promise<() => Promise<void>> {
  const before = moves.flatMap(({ field }): Move[] => {
    const input = inputOf(tab, field);
    return input === null ? [] : [{ field, value: isTicked(field) ? input.checked : input.value }];
  });
  for (const move of moves) await set(tab, move);
  return async () => {
    for (const move of [...before].reverse()) await set(tab, move);
  };
}

function boxOf(tab: TabName, field: Move['field']): Element | null {
  return appRoot().querySelector(`#${tab}_${field}`);
}

function inputOf(tab: TabName, field: Move['field']): HTMLInputElement | null {
  const type = isTicked(field) ? 'checkbox' : 'number';
  return boxOf(tab, field)?.querySelector<HTMLInputElement>(isChosen(field) ? 'input' : `input[type=${type}]`) ?? null;
}

/** From a list. */
function isChosen(field: Move['field']): boolean {
  return field === 'hr_upscaler';
}

function isTicked(field: Move['field']): boolean {
  return field === 'hr-checkbox';
}

/** In the place of Gradio's box of hires fix, which is hidden, the WebUI shows one of its own that opens the rest too. */
function tick(tab: TabName, input: HTMLInputElement, on: boolean): void {
  if (input.checked === on) return;
  const shown = appRoot().querySelector<HTMLInputElement>(`#${tab}_hr-visible-checkbox`);
  (shown ?? input).click();
}

async function set(tab: TabName, { field, value }: Move): Promise<void> {
  const box = boxOf(tab, field);
  const input = inputOf(tab, field);
  if (box === null || input === null) return;
  if (isChosen(field)) {
    await choose(box, String(value));
    return;
  }
  if (isTicked(field)) {
    tick(tab, input, value === true);
    return;
  }
  // Gradio listens to `input`, and brings the slider in step by itself.
  input.value = String(value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
