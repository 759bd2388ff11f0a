import { operationOf, upscalesImages } from '../../operations/registry.ts';
import { upscalingNetwork } from '../../operations/upscaler.ts';
import type { Upscaler } from '../../protocol/host.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import { NOTHING_UNKNOWN, type Candidate, type RemedyKind } from '../remedy.ts';

/** Where making the picture larger is what needs the most: one without a network of its own, or of latents. */
export const upscaler: RemedyKind = {
  searches: false,
  candidates: ({ upscalers }, base, judge) => {
    const { settings } = base;
    if (settings.hires === null || !upscalesImages(settings.operation)) return [];
    if (judge.of(base)?.estimate.limitingPhase !== 'upscale') return [];
    return othersFor(settings, upscalers).map((other): Candidate => {
      const changed = withUpscaler(settings, other);
      return {
        step: {
          change: { code: 'other-upscaler', upscaler: other.name },
          applied: { kind: 'sliders', settings: changed, times: base.times },
          picture: 'differs',
          restart: false,
        },
        apply: (plan) => ({ ...plan, settings: changed }),
      };
    });
  },
  unknown: NOTHING_UNKNOWN,
};

function othersFor(settings: GenerationSettings, upscalers: readonly Upscaler[]): readonly Upscaler[] {
  const plain = upscalers.find(({ name }) => name === 'Lanczos');
  const latent = upscalers.find(({ kind }) => kind === 'latent');
  return [
    ...(plain !== undefined && upscalingNetwork(settings) !== null ? [plain] : []),
    ...(latent === undefined ? [] : [latent]),
  ];
}

function withUpscaler(settings: GenerationSettings, { name, kind }: Upscaler): GenerationSettings {
  const { hires } = settings;
  return {
    ...settings,
    operation: operationOf('Txt2Img', kind, () => false),
    hires: hires === null ? null : { ...hires, upscaler: name },
  };
}
