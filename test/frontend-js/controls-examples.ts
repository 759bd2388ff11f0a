import type { Img2ImgControls, Txt2ImgControls } from '../../frontend-js/settings.ts';

export const TXT2IMG: Txt2ImgControls = {
  tab: 'txt2img',
  width: 512,
  height: 768,
  batchSize: 2,
  hiresOn: false,
  hiresScale: 2,
  hiresResizeX: 0,
  hiresResizeY: 0,
  hiresUpscaler: 'Latent',
  oldHiresBehaviour: false,
  addOns: [],
};
export const IMG2IMG: Img2ImgControls = {
  tab: 'img2img',
  operation: 'img2img',
  width: 640,
  height: 512,
  batchSize: 1,
  resizeBy: false,
  scale: 1.5,
  image: { widthPx: 333, heightPx: 500 },
  addOns: [],
};
