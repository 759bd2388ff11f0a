/** Sets the WebUI's own widgets as a person does. */
import type { Page } from 'playwright-core';
import type { LiveSettings } from '../settings.ts';

/** Types into a slider's number field and leaves it. */
export async function typeNumber(page: Page, id: string, value: number): Promise<void> {
  const field = page.locator(`#${id} input[type=number]`);
  await field.fill(String(value));
  await field.press('Tab');
}

/** Moves a slider by its keys; negative steps go left. */
export async function moveSlider(page: Page, id: string, steps: number): Promise<void> {
  const range = page.locator(`#${id} input[type=range]`);
  await range.focus();
  for (let step = 0; step < Math.abs(steps); step += 1) await range.press(steps > 0 ? 'ArrowRight' : 'ArrowLeft');
}

async function chooseOption(page: Page, id: string, label: string): Promise<void> {
  const field = page.locator(`#${id} input`);
  if ((await field.inputValue()) === label) return;
  await field.click();
  await page
    .locator(`#${id} ul.options li`)
    .filter({ hasText: new RegExp(`^\\W*${label.replace(/[()]/g, '\\$&')}\\s*$`) })
    .click();
}

async function setHires(page: Page, hires: LiveSettings['hires']): Promise<void> {
  const state = page.locator('#txt2img_hr-checkbox input');
  // The title, not the check box: that would turn hires fix on without opening its fields.
  if ((await state.isChecked()) !== (hires !== null))
    await page
      .locator('#txt2img_hr .label-wrap')
      .first()
      .click({ position: { x: 200, y: 8 } });
  if (hires === null) return;
  await chooseOption(page, 'txt2img_hr_upscaler', hires.upscaler);
  await typeNumber(page, 'txt2img_hr_scale', hires.scale);
}

/** All but the prompt. `steps` is small: memory does not depend on it. */
export async function setControls(page: Page, settings: LiveSettings, steps: number): Promise<void> {
  const { tab, width, height, batchSize, hires } = settings;
  if (tab === 'txt2img') await setHires(page, hires);
  await typeNumber(page, `${tab}_steps`, steps);
  await typeNumber(page, `${tab}_width`, width);
  await typeNumber(page, `${tab}_height`, height);
  await typeNumber(page, `${tab}_batch_size`, batchSize);
}

export async function chooseImage(page: Page, path: string): Promise<void> {
  await page.locator('#img2img_image input[type=file]').first().setInputFiles(path);
  await page.locator('#img2img_image img').first().waitFor();
}
