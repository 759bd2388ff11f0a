import { nothing, type Host } from './host.ts';
import { WEBUI } from './webui.ts';

const MARKS = ['installer', 'modules.sd_offload'];

/** It moves parts of the model by its own watermarks: which model and offloading a generation has is not told. */
export const SDNEXT: Host = {
  ...WEBUI,
  name: 'SD.Next',
  marks: MARKS,
  is: ({ program }) => MARKS.every((mark) => program.includes(mark)),
  abilities: () => nothing('unsupported', { code: 'sdnext' }),
};
