import { nothing, type Host } from './host.ts';
import { WEBUI } from './webui.ts';

const WHY =
  'SD.Next is not supported: it moves parts of the model on and off the card by its own watermarks, and Headroom ' +
  'cannot tell yet which model and offloading a generation has. No benchmark, no estimate; live memory is shown.';

export const SDNEXT: Host = {
  ...WEBUI,
  name: 'SD.Next',
  is: ({ program }) => program.includes('installer') && program.includes('modules.sd_offload'),
  abilities: () => nothing('unsupported', WHY),
};
