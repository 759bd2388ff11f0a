/**
 * The WebUI's own settings page, which shows what stood there when it was loaded. "Apply settings" sets all that it
 * shows: an option that was set past it would be set back.
 */
import type { OptionValue } from '../service/protocol/options.ts';
import { choose } from './dropdown.ts';
import { appRoot } from './webui.ts';

/** Where the page has the option. */
export async function showOption(name: string, value: OptionValue): Promise<void> {
  const box = appRoot().querySelector(`#setting_${name}`);
  if (box === null) return;
  const radios = [...box.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  const tick = box.querySelector<HTMLInputElement>('input[type=checkbox]');
  if (radios.length > 0) radios.find((radio) => radio.value === value)?.click();
  else if (tick !== null && tick.checked !== value) tick.click();
  else if (typeof value === 'string') await choose(box, value);
}
