import type { Upscaler } from '../protocol/host.ts';
import type { GenerationSettings } from '../protocol/settings.ts';

/** Come with the WebUI: others may first download a model of their own. */
const BUILT_IN = ['Lanczos', 'Nearest'];

/** Names an image upscaler that the WebUI has where the plan left it open. */
export function withUpscaler(settings: GenerationSettings, upscalers: readonly Upscaler[]): GenerationSettings {
  const { hires } = settings;
  if (settings.operation !== 'hires_image' || hires === null || hires.upscaler !== null) return settings;
  const images = upscalers.filter(({ kind }) => kind === 'image');
  const chosen = images.find(({ name }) => BUILT_IN.includes(name)) ?? images[0];
  return { ...settings, hires: { ...hires, upscaler: chosen?.name ?? null } };
}
