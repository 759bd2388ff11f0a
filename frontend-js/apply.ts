/** Sets the WebUI's own fields as a person would, and can put back what stood there. */
import { choose } from './dropdown.ts';
import type { Move } from './moves.ts';
import type { TabName } from './settings.ts';
import { appRoot } from './webui.ts';

/** @returns puts back what stood there before. */
export async function apply(tab: TabName, moves: readonly Move[]): Promise<() => Promise<void>> {
  const before = moves.map(({ field }): Move | null => {
    const text = inputOf(tab, field)?.value;
    return text === undefined ? null : { field, value: text };
  });
  for (const move of moves) await set(tab, move);
  return async () => {
    for (const move of before) if (move !== null) await set(tab, move);
  };
}

function boxOf(tab: TabName, field: Move['field']): Element | null {
  return appRoot().querySelector(`#${tab}_${field}`);
}

function inputOf(tab: TabName, field: Move['field']): HTMLInputElement | null {
  return boxOf(tab, field)?.querySelector<HTMLInputElement>(isChosen(field) ? 'input' : 'input[type=number]') ?? null;
}

/** From a list. */
function isChosen(field: Move['field']): boolean {
  return field === 'hr_upscaler';
}

async function set(tab: TabName, { field, value }: Move): Promise<void> {
  const box = boxOf(tab, field);
  const input = inputOf(tab, field);
  if (box === null || input === null) return;
  if (isChosen(field)) {
    await choose(box, String(value));
    return;
  }
  // Gradio listens to `input`, and brings the slider in step by itself.
  input.value = String(value);
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
