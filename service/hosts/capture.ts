import * as z from 'zod';
import { jsonOf } from '../base/json.ts';
import type { Attention } from '../protocol/host.ts';
import { phaseSchema, generationSettingsSchema } from '../protocol/settings.ts';
import { deviceOf } from './device.ts';
import { EVERYTHING, type Host } from './host.ts';

const ATTENTION: Attention = 'fused';
const phaseOrStart = z.enum(['start', ...phaseSchema.options]);

/** Headroom's own program of benchmarks/gpu, which runs the networks without a WebUI. Its facts are a key's entries. */
export const CAPTURE: Host = {
  name: "Headroom's GPU capture",
  // It names itself.
  marks: [],
  is: ({ program }) => program.includes('gpu_capture'),
  abilities: () => EVERYTHING,
  describe: ({ facts: { checkpoint, torch, ...key }, device: reported }) => {
    const device = deviceOf(reported);
    return {
      torchVersion: torch ?? 'unknown',
      checkpoint: checkpoint ?? null,
      device,
      traits: { attention: ATTENTION, condUncondBatched: true, decodesBatch: false },
      key: {
        device: device.uuid ?? device.busId ?? device.name,
        torch: torch ?? 'unknown',
        ...Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value ?? ''])),
      },
      upscalers: [
        { name: 'Latent', kind: 'latent' },
        { name: 'Lanczos', kind: 'image' },
      ],
    };
  },
  construct: (order) => ({ ok: true, value: { kind: 'capture', parameters: { ...order }, pictures: [] } }),
  phaseOf: ({ at }) => phaseOrStart.nullable().catch(null).parse(at),
  generationOf: ({ facts, company }) => {
    const settings = generationSettingsSchema.safeParse(jsonOf(facts['settings'] ?? ''));
    if (!settings.success || company === null) return null;
    const extras = company.scripts.map(({ title }) => title);
    return { settings: settings.data, condUncondBatched: true, extras };
  },
};
