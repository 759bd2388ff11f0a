import { EVERYTHING, nothing, type Host } from './host.ts';
import { kindOf } from '../operations/registry.ts';
import { conditioningOf } from './key-words.ts';
import { WEBUI } from './webui.ts';

/** All of these are A1111's own: its start, its --medvram, its choice of attention, its checkpoint. */
export const OWN = [
  'modules.launch_utils',
  'modules.lowvram',
  'modules.sd_hijack:model_hijack.optimization_method',
  'modules.sd_models:model_data.sd_model',
];
/** What forks put beside them, or in their place, to manage memory. */
const FORKS = ['modules_forge', 'ldm_patched', 'backend', 'installer', 'modules.sd_offload'];

/** A1111's own option since 1.6: with it in the key a set-up is A1111's even where the version could not be told. */
const OWN_OPTION = 'sd_checkpoints_limit';

export const A1111: Host = {
  ...WEBUI,
  name: 'AUTOMATIC1111',
  marks: [...OWN, ...FORKS],
  is: ({ program }) => OWN.every((mark) => program.includes(mark)) && !FORKS.some((mark) => program.includes(mark)),
  construct: (order, report, live) => {
    const { operation } = order.settings;
    return kindOf(operation).runsWith.includes(conditioningOf(live.key) ?? 'prompt')
      ? WEBUI.construct(order, report, live)
      : { ok: false, reason: { code: 'not-with-inpainting', operation } };
  },
  abilities: ({ webuiVersion, traits, key }) => {
    if (webuiVersion === 'unknown' && key[OWN_OPTION] === undefined)
      return nothing('unsupported', { code: 'not-shown-to-be-a1111' });
    return traits.attention === 'adaptive' ? nothing('attention-adapts', { code: 'attention-adapts' }) : EVERYTHING;
  },
};
