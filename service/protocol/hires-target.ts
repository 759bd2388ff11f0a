/**
 * What hires fix will work on, by the WebUI's own arithmetic
 * (StableDiffusionProcessingTxt2Img.calculate_target_resolution and sample_hr_pass of A1111 1.10.1).
 */

const LATENT_CELL_PX = 8;

export interface HiresInput {
  /** The sliders' width and height, in pixels. */
  width: number;
  height: number;
  scale: number;
  /** "Resize width to" and "Resize height to", in pixels; 0 where not set. */
  resizeX: number;
  resizeY: number;
  /** The WebUI's option use_old_hires_fix_width_height: the sliders then name the target. */
  oldBehaviour: boolean;
}

/** Pixels throughout. `width` x `height` come out; the upscaler and the encoder work on the uncropped size. */
export interface HiresTarget {
  firstWidth: number;
  firstHeight: number;
  width: number;
  height: number;
  uncroppedWidth: number;
  uncroppedHeight: number;
}

function floorToCell(px: number): number {
  return Math.floor(px / LATENT_CELL_PX) * LATENT_CELL_PX;
}

/** old_hires_fix_first_pass_dimensions: about 512 x 512 pixels, each side rounded up to 64. */
function oldFirstPass(width: number, height: number): { width: number; height: number } {
  const scale = Math.sqrt((512 * 512) / (width * height));
  return { width: Math.ceil((scale * width) / 64) * 64, height: Math.ceil((scale * height) / 64) * 64 };
}

/** A side of 0 in either direction gives a target of 0 x 0, which the sidecar answers in words. */
export function hiresTarget(input: HiresInput): HiresTarget {
  let { width, height, resizeX, resizeY } = input;
  if (width <= 0 || height <= 0) {
    return { firstWidth: width, firstHeight: height, width: 0, height: 0, uncroppedWidth: 0, uncroppedHeight: 0 };
  }
  if (input.oldBehaviour) {
    resizeX = width;
    resizeY = height;
    ({ width, height } = oldFirstPass(width, height));
  }

  let upscaledX: number;
  let upscaledY: number;
  if (resizeX === 0 && resizeY === 0) {
    upscaledX = Math.trunc(width * input.scale);
    upscaledY = Math.trunc(height * input.scale);
  } else if (resizeY === 0 || (resizeX !== 0 && width / height < resizeX / resizeY)) {
    upscaledX = resizeX;
    upscaledY = Math.floor((resizeX * height) / width);
  } else {
    upscaledX = Math.floor((resizeY * width) / height);
    upscaledY = resizeY;
  }

  const cropped = resizeX !== 0 && resizeY !== 0;
  const cutCellsX = cropped ? Math.floor((upscaledX - resizeX) / LATENT_CELL_PX) : 0;
  const cutCellsY = cropped ? Math.floor((upscaledY - resizeY) / LATENT_CELL_PX) : 0;
  const uncroppedWidth = floorToCell(upscaledX);
  const uncroppedHeight = floorToCell(upscaledY);
  return {
    firstWidth: width,
    firstHeight: height,
    width: uncroppedWidth - cutCellsX * LATENT_CELL_PX,
    height: uncroppedHeight - cutCellsY * LATENT_CELL_PX,
    uncroppedWidth,
    uncroppedHeight,
  };
}
