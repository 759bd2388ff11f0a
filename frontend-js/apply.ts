/** Sets the WebUI's own number fields as a person would, and can put back what stood there. */
import type { Move } from './moves.ts';
import type { TabName } from './settings.ts';
import { appRoot } from './webui.ts';

/** @returns puts back what stood there before. */
export function apply(tab: TabName, moves: readonly Move[]): () => void {
  const before = moves.flatMap(({ field, value }): (() => void)[] => {
    const input = fieldOf(tab, field);
    if (input === null) return [];
    const text = input.value;
    setField(input, String(value));
    return [() => setField(input, text)];
  });
  return () => {
    for (const back of before) back();
  };
}

function fieldOf(tab: TabName, field: Move['field']): HTMLInputElement | null {
  return appRoot().querySelector<HTMLInputElement>(`#${tab}_${field} input[type=number]`);
}

/** Gradio listens to `input`, and brings the slider in step by itself. */
function setField(input: HTMLInputElement, text: string): void {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
