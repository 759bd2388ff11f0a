import { nothing, type Host } from './host.ts';
import { WEBUI } from './webui.ts';

/** It moves parts of the model by its own watermarks: which model and offloading a generation has is not told. */
export const SDNEXT: Host = {
  ...WEBUI,
  name: 'SD.Next',
  is: ({ program }) => program.includes('installer') && program.includes('modules.sd_offload'),
  abilities: () => nothing('unsupported', { code: 'sdnext' }),
};
