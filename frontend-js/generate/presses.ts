/** Hears a person's press of Generate before the WebUI does. What scripts press is left alone. */
import { appRoot } from '../webui.ts';
import type { TabName } from '../settings.ts';

/** Ctrl+Enter: the WebUI itself presses the button, at once or soon after. */
const KEY_MS = 200;

/**
 * @param ask true where the press is to wait; `again` presses the same button, and is let through.
 */
export function watchGenerate(ask: (tab: TabName, again: () => void) => boolean): void {
  let keyAtMs = Number.NEGATIVE_INFINITY;
  let passes = false;
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey || event.altKey)) return;
      // Counted from where the key has been dealt with: a busy page takes long to come to it, and long over it.
      keyAtMs = Number.POSITIVE_INFINITY;
      setTimeout(() => (keyAtMs = performance.now()));
    },
    { capture: true, passive: true },
  );
  document.addEventListener(
    'click',
    (event) => {
      const byPerson = event.isTrusted || performance.now() - keyAtMs < KEY_MS;
      const pressed = byPerson && !passes ? pressedIn(event) : null;
      if (pressed === null) return;
      const [tab, button] = pressed;
      const again = () => {
        passes = true;
        button.click();
        passes = false;
      };
      if (!ask(tab, again)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}

function pressedIn(event: Event): readonly [TabName, HTMLElement] | null {
  for (const tab of ['txt2img', 'img2img'] as const) {
    const button = appRoot().querySelector<HTMLElement>(`#${tab}_generate`);
    if (button !== null && event.composedPath().includes(button)) return [tab, button];
  }
  return null;
}
