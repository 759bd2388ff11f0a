/** From the controls as they stand to the settings of which an estimate is asked. Pure. */
import type { Upscaler } from '../service/protocol/host.ts';
import type { Operation } from '../service/protocol/settings.ts';
import type { RequestedSettings } from '../service/protocol/estimate.ts';
import { hiresTarget } from '../service/protocol/hires-target.ts';

export type TabName = 'txt2img' | 'img2img';

/** As read from the page; an empty or unreadable number field is null. */
export interface Txt2ImgControls {
  tab: 'txt2img';
  width: number | null;
  height: number | null;
  batchSize: number | null;
  hiresOn: boolean;
  hiresScale: number | null;
  hiresResizeX: number | null;
  hiresResizeY: number | null;
  hiresUpscaler: string | null;
  oldHiresBehaviour: boolean;
  /** What is switched on beside, by name. */
  addOns: string[];
}

export interface Img2ImgControls {
  tab: 'img2img';
  width: number | null;
  height: number | null;
  batchSize: number | null;
  /** The "Resize by" tab is the one in front. */
  resizeBy: boolean;
  scale: number | null;
  /** Natural size of the image in the mode in front; null without one, and in batch mode. */
  image: { widthPx: number; heightPx: number } | null;
  /** Which of the tab's operations is in front. */
  operation: Operation;
  /** What is switched on beside, by name. */
  addOns: string[];
}

export type Controls = Txt2ImgControls | Img2ImgControls;

type Field = 'width' | 'height' | 'batchSize' | 'hiresScale' | 'hiresResizeX' | 'hiresResizeY';

/**
 * `no-image`: "Resize by" without an image has no size yet. `no-sense`: a field holds what no image can have; nothing
 * is asked for it. `value` is null where it is empty.
 */
export type Reading =
  | { ok: true; settings: RequestedSettings }
  | { ok: false; reason: 'no-image' }
  | { ok: false; reason: 'no-sense'; field: Field; value: number | null };

/** The protocol's bound on what a page may ask; whether it makes sense is the sidecar's to say. */
const LARGEST = 1_000_000;

/** As the WebUI takes it; beyond the bound only where it follows from fields that are within. */
function whole(value: number | null): number {
  return value === null ? 0 : Math.min(LARGEST, Math.trunc(value));
}

/** Null where each field holds a number that the sidecar can be asked about. */
function noSense(fields: Readonly<Partial<Record<Field, number | null>>>): Reading | null {
  for (const [field, value] of Object.entries(fields) as [Field, number | null][]) {
    if (value === null || value < 0 || value > LARGEST) return { ok: false, reason: 'no-sense', field, value };
  }
  return null;
}

/** The WebUI's own list decides; before it is known, its latent upscalers are told by their names. */
function isLatent(name: string | null, upscalers: readonly Upscaler[]): boolean {
  const known = upscalers.find((upscaler) => upscaler.name === name);
  if (known !== undefined) return known.kind === 'latent';
  return name === null || name.startsWith('Latent');
}

function txt2imgReading(controls: Txt2ImgControls, upscalers: readonly Upscaler[]): Reading {
  const problem = noSense({
    width: controls.width,
    height: controls.height,
    batchSize: controls.batchSize,
    ...(controls.hiresOn && {
      hiresScale: controls.hiresScale ?? 0,
      hiresResizeX: controls.hiresResizeX ?? 0,
      hiresResizeY: controls.hiresResizeY ?? 0,
    }),
  });
  if (problem !== null) return problem;
  const width = whole(controls.width);
  const height = whole(controls.height);
  const batchSize = whole(controls.batchSize);
  if (!controls.hiresOn) {
    return { ok: true, settings: { operation: 'txt2img', width, height, batchSize, hires: null } };
  }
  const target = hiresTarget({
    width,
    height,
    scale: controls.hiresScale ?? 0,
    resizeX: whole(controls.hiresResizeX),
    resizeY: whole(controls.hiresResizeY),
    oldBehaviour: controls.oldHiresBehaviour,
  });
  const upscaler = controls.hiresUpscaler;
  return {
    ok: true,
    settings: {
      operation: isLatent(upscaler, upscalers) ? 'hires_latent' : 'hires_image',
      width: target.firstWidth,
      height: target.firstHeight,
      batchSize,
      hires: {
        width: whole(target.width),
        height: whole(target.height),
        uncroppedWidth: whole(target.uncroppedWidth),
        uncroppedHeight: whole(target.uncroppedHeight),
        upscaler: upscaler === null ? null : upscaler.slice(0, 200),
      },
    },
  };
}

function img2imgReading(controls: Img2ImgControls): Reading {
  let { width, height } = controls;
  if (controls.resizeBy) {
    if (controls.image === null) return { ok: false, reason: 'no-image' };
    // modules/img2img.py: int(image.width * scale_by)
    const scale = controls.scale ?? 0;
    width = controls.image.widthPx * scale;
    height = controls.image.heightPx * scale;
  }
  const problem = noSense({ width, height, batchSize: controls.batchSize });
  if (problem !== null) return problem;
  const batchSize = whole(controls.batchSize);
  const { operation } = controls;
  return {
    ok: true,
    settings: { operation, width: whole(width), height: whole(height), batchSize, hires: null },
  };
}

export function readingOf(controls: Controls, upscalers: readonly Upscaler[]): Reading {
  const reading = controls.tab === 'txt2img' ? txt2imgReading(controls, upscalers) : img2imgReading(controls);
  const { addOns } = controls;
  return reading.ok && addOns.length > 0 ? { ok: true, settings: { ...reading.settings, addOns } } : reading;
}
