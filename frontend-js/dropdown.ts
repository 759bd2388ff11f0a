/** Gradio's dropdowns, of which each has its list on the page only while its field has the focus. */

/** One turn of the browser: by then Gradio has made the list, or taken the choice. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** What the list's entries say for themselves: Gradio 3 by a value, later ones by a label. */
function labelOf(option: HTMLElement): string | null {
  return option.dataset['value'] ?? option.getAttribute('aria-label') ?? option.textContent;
}

/** Chooses as a person would, without taking the focus. False where the list has no such label. */
export async function choose(box: ParentNode, label: string): Promise<boolean> {
  const field = box.querySelector('input');
  if (field === null) return false;
  field.dispatchEvent(new FocusEvent('focus'));
  await turn();
  const options = [...box.querySelectorAll<HTMLElement>('ul li')];
  const found = options.find((option) => labelOf(option)?.trim() === label);
  found?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }));
  field.dispatchEvent(new FocusEvent('blur'));
  await turn();
  return found !== undefined;
}
