import type { OperationKind, Target } from './kind.ts';
import { upscalesImages, type Operation } from './registry.ts';

interface Upscaled {
  readonly operation: Operation;
  readonly hires: Target | null;
}

/** Come with the WebUI and are no networks: others may first download a model of their own. */
const BUILT_IN = ['Lanczos', 'Nearest'];
/** No upscaler at all, to the WebUI; it still decodes and encodes. */
const NONE = 'None';

/** The image upscaler that runs a network of its own, by name; null where there is none, or where any will do. */
export function upscalingNetwork({ operation, hires }: Upscaled): string | null {
  const upscaler = upscalesImages(operation) ? (hires?.upscaler ?? null) : null;
  return upscaler === null || upscaler === NONE || BUILT_IN.includes(upscaler) ? null : upscaler;
}

/** Upscalers of which runs of these settings tell the memory. */
export function upscalersTold(all: readonly Upscaled[]): string[] {
  return [
    ...new Set([
      ...BUILT_IN,
      NONE,
      ...all.flatMap(({ operation, hires }) => (upscalesImages(operation) ? (hires?.upscaler ?? []) : [])),
    ]),
  ];
}

/** Names an image upscaler that the WebUI has where the plan left it open. */
export function withUpscaler<Settings extends Upscaled>(
  settings: Settings,
  upscalers: readonly { readonly name: string; readonly kind: OperationKind['upscales'] }[],
): Settings {
  const { hires } = settings;
  if (!upscalesImages(settings.operation) || hires === null || hires.upscaler !== null) return settings;
  const images = upscalers.filter(({ kind }) => kind === 'image');
  const chosen = images.find(({ name }) => BUILT_IN.includes(name)) ?? images[0];
  return { ...settings, hires: { ...hires, upscaler: chosen?.name ?? null } };
}
