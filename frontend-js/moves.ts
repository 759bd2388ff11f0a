/** Which of the WebUI's own fields to set so that other settings stand there. Pure: apply.ts sets them. */
import type { Upscaler } from '../service/protocol/host.ts';
import { at } from '../service/base/at.ts';
import type { RequestedSettings } from '../service/protocol/estimate.ts';
import type { GenerationSettings } from '../service/protocol/settings.ts';
import { readingOf, type Controls } from './settings.ts';

/** A field, by the end of its id behind the tab's name; `value` as a person would type, choose or tick it. */
export interface Move {
  readonly field: (typeof FIELDS)[keyof typeof FIELDS] | 'batch_count';
  readonly value: number | string | boolean;
}

type Values = Partial<
  Record<Exclude<keyof typeof FIELDS, 'hiresOn' | 'hiresUpscaler'>, number> & {
    hiresOn: boolean;
    hiresUpscaler: string;
  }
>;

/** The WebUI's ids for what controls hold, in the order in which they are set. */
const FIELDS = {
  hiresOn: 'hr-checkbox',
  width: 'width',
  height: 'height',
  batchSize: 'batch_size',
  hiresScale: 'hr_scale',
  hiresResizeX: 'hr_resize_x',
  hiresResizeY: 'hr_resize_y',
  hiresUpscaler: 'hr_upscaler',
  scale: 'scale',
} as const;

/** The step of the WebUI's sliders of hires fix and of "Resize by". */
const SCALE_STEPS = 20;
/** Of what is wanted, where the fields' steps allow no more. */
const LEAST_SHARE = 0.9;
/** The WebUI's own bound. */
const MOST_BATCHES = 100;

/**
 * @param times as many batches as now, of `batchCount`.
 * @returns none where the fields cannot be set so: what they would say is read as all readings are, and compared.
 */
export function movesTo(
  controls: Controls,
  batchCount: number | null,
  { settings, times }: { readonly settings: GenerationSettings; readonly times: number },
  upscalers: readonly Upscaler[],
): readonly Move[] {
  const batches = (batchCount ?? 1) * times;
  if (times > 1 && (batchCount === null || batches > MOST_BATCHES)) return [];
  const found = waysTo(controls, settings).find((values) => says({ ...controls, ...values }));
  if (found === undefined) return [];
  const changed = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).flatMap((name): Move[] => {
    const value = found[name];
    return value === undefined || value === (controls as Values)[name] ? [] : [{ field: FIELDS[name], value }];
  });
  return times === 1 ? changed : [...changed, { field: 'batch_count', value: batches }];

  function says(after: Controls): boolean {
    const reading = readingOf(after, upscalers);
    return reading.ok && isAsWanted(reading.settings, settings);
  }
}

/** From what changes least to what can say most. */
function waysTo(controls: Controls, { width, height, batchSize, hires }: GenerationSettings): readonly Values[] {
  if (controls.tab === 'img2img') {
    const { image, resizeBy } = controls;
    if (!resizeBy) return [{ width, height, batchSize }];
    if (image === null) return [];
    const scale = Math.min(width / image.widthPx, height / image.heightPx);
    return [{ batchSize }, { scale: Math.floor(scale * SCALE_STEPS) / SCALE_STEPS, batchSize }];
  }
  if (hires === null) return [{ hiresOn: false, width, height, batchSize }];
  const upscaler = hires.upscaler === null ? {} : { hiresUpscaler: hires.upscaler };
  const base = { hiresOn: true, width, height, batchSize, ...upscaler };
  if (controls.oldHiresBehaviour) return [{ ...base, width: hires.width, height: hires.height }];
  const hiresScale = Math.floor(Math.min(hires.width / width, hires.height / height) * SCALE_STEPS) / SCALE_STEPS;
  return [
    base,
    { ...base, hiresScale, hiresResizeX: 0, hiresResizeY: 0 },
    { ...base, hiresResizeX: hires.width, hiresResizeY: hires.height },
  ];
}

/** Fields move in steps: what they say may be a little smaller than what fits, never larger. */
function isAsWanted(said: RequestedSettings, wanted: GenerationSettings): boolean {
  const sides = (of: RequestedSettings): number[] => {
    const target = of.hires ?? { ...of, uncroppedWidth: of.width, uncroppedHeight: of.height };
    return [of.width, of.height, target.width, target.height, target.uncroppedWidth, target.uncroppedHeight];
  };
  const most = sides(wanted);
  return (
    said.operation === wanted.operation &&
    said.batchSize === wanted.batchSize &&
    said.hires?.upscaler === wanted.hires?.upscaler &&
    sides(said).every((px, i) => px <= at(most, i) && px >= at(most, i) * LEAST_SHARE)
  );
}
