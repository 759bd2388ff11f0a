/** Reads the WebUI's widgets by their ids. Reads values only: no layout, no style, nothing that waits. */
import { appRoot, webuiOption } from './webui.ts';
import { addOnsIn } from './add-ons.ts';
import type { Img2ImgControls, TabName, Txt2ImgControls, Controls } from './settings.ts';

function input(root: ParentNode, selector: string): HTMLInputElement | null {
  return root.querySelector<HTMLInputElement>(selector);
}

/** A slider's number field, which follows its range; null where there is none or it holds no number. */
export function numberOf(root: ParentNode, id: string): number | null {
  const field = input(root, `#${id} input[type=number]`) ?? input(root, `#${id} input[type=range]`);
  if (field === null || field.value === '') return null;
  const value = Number(field.value);
  return Number.isFinite(value) ? value : null;
}

function checked(root: ParentNode, id: string): boolean {
  return input(root, `#${id} input[type=checkbox]`)?.checked ?? false;
}

/**
 * What a dropdown shows. While a search text is typed into it Gradio marks the field `subdued`, and `before` still
 * holds.
 */
function dropdownValue(root: ParentNode, id: string, before: string | null): string | null {
  const field = input(root, `#${id} input`);
  if (field === null || field.value === '') return field === null ? null : before;
  return field.classList.contains('subdued') && before !== null ? before : field.value;
}

function readTxt2img(root: ParentNode, before: Txt2ImgControls | null): Txt2ImgControls {
  const secondCheckpoint = input(root, '#hr_checkpoint input')?.value ?? '';
  const hiresOn = checked(root, 'txt2img_hr-checkbox');
  const second = hiresOn && secondCheckpoint !== '' && secondCheckpoint !== 'Use same checkpoint';
  return {
    tab: 'txt2img',
    width: numberOf(root, 'txt2img_width'),
    height: numberOf(root, 'txt2img_height'),
    batchSize: numberOf(root, 'txt2img_batch_size'),
    hiresOn,
    hiresScale: numberOf(root, 'txt2img_hr_scale'),
    hiresResizeX: numberOf(root, 'txt2img_hr_resize_x'),
    hiresResizeY: numberOf(root, 'txt2img_hr_resize_y'),
    hiresUpscaler: dropdownValue(root, 'txt2img_hr_upscaler', before?.hiresUpscaler ?? null),
    oldHiresBehaviour: webuiOption('use_old_hires_fix_width_height') === true,
    addOns: [...addOnsIn(root, 'txt2img'), ...(second ? ['hires checkpoint'] : [])],
  };
}

/** The WebUI's own rule for the image that "Resize by" multiplies (currentImg2imgSourceResolution). */
function sourceImage(root: ParentNode): Img2ImgControls['image'] {
  const image = root.querySelector<HTMLImageElement>('#mode_img2img > div[style*="display: block"] img');
  const batch = root.querySelector<HTMLElement>('#img2img_batch_tab');
  if (image === null || image.naturalWidth === 0 || batch?.style.display === 'block') return null;
  return { widthPx: image.naturalWidth, heightPx: image.naturalHeight };
}

function readImg2img(root: ParentNode): Img2ImgControls {
  const inpaints = root.querySelector('#mode_img2img > [id*=inpaint][style*="display: block"]') !== null;
  return {
    tab: 'img2img',
    width: numberOf(root, 'img2img_width'),
    height: numberOf(root, 'img2img_height'),
    batchSize: numberOf(root, 'img2img_batch_size'),
    resizeBy: root.querySelector<HTMLElement>('#img2img_tab_resize_by')?.style.display === 'block',
    scale: numberOf(root, 'img2img_scale'),
    image: sourceImage(root),
    operation: 'img2img',
    addOns: [...addOnsIn(root, 'img2img'), ...(inpaints ? ['inpaint'] : [])],
  };
}

/** Null while the tab's sliders are not on the page. `before`: the last reading of the same tab. */
export function readControls(tab: TabName, before: Controls | null): Controls | null {
  const root = appRoot();
  if (root.querySelector(`#${tab}_width`) === null) return null;
  if (tab === 'img2img') return readImg2img(root);
  return readTxt2img(root, before?.tab === 'txt2img' ? before : null);
}
