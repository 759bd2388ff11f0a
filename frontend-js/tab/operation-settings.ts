/** Settings of an operation, to ask what of it fits: those on the page where they are of it, else usual ones. Pure. */
import type { RequestedSettings } from '../../service/protocol/estimate.ts';
import type { Upscaler } from '../../service/protocol/host.ts';
import type { Operation } from '../../service/protocol/settings.ts';

const SIDE_PX = 512;
/** As hires fix does unless a person changes it. */
const TIMES = 2;

export function settingsOf(
  operation: Operation,
  sliders: RequestedSettings | null,
  upscalers: readonly Upscaler[],
): RequestedSettings {
  if (sliders?.operation === operation) return sliders;
  const image = { operation, width: SIDE_PX, height: SIDE_PX, batchSize: 1 };
  if (operation !== 'hires_image' && operation !== 'hires_latent') return { ...image, hires: null };
  const side = SIDE_PX * TIMES;
  const kind = operation === 'hires_latent' ? 'latent' : 'image';
  const upscaler = upscalers.find((one) => one.kind === kind)?.name ?? null;
  return { ...image, hires: { width: side, height: side, uncroppedWidth: side, uncroppedHeight: side, upscaler } };
}
