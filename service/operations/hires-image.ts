import { firstPass, stageOf, targetOf, type OperationKind } from './kind.ts';

/** Hires fix that decodes, makes the pictures larger, and encodes them again. */
export const hiresImage: OperationKind = {
  processing: 'Txt2Img',
  upscales: 'image',
  marks: [],
  pictures: [],
  runsWith: ['prompt', 'inpainting'],
  flag: null,
  stages: (settings, conditioning) => {
    const target = targetOf(settings);
    const uncropped = { width: target.uncroppedWidth, height: target.uncroppedHeight };
    const heldPixels = settings.batchSize * uncropped.width * uncropped.height;
    return [
      firstPass(settings, conditioning),
      [
        stageOf(settings, 'upscale', 'decode', settings),
        { ...stageOf(settings, 'upscale', 'encode', uncropped), heldPixels },
        // It masks the pictures that are held, so that nothing is held beside them.
        ...(conditioning === 'inpainting' ? [stageOf(settings, 'upscale', 'encode_masked', uncropped)] : []),
      ],
      [{ ...stageOf(settings, 'hires_sampling', 'sampling', target), heldPixels }],
      [{ ...stageOf(settings, 'decode', 'decode', target), heldPixels }],
    ];
  },
};
