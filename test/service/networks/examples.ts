import type { Networks } from '../../../service/networks/networks.ts';
import { TRACED } from '../../../service/program/kernels.ts';

/** SD 1.5 as the WebUI runs it by default, on a card with all its weights there. */
export const SD15: Networks = {
  shape: 'sd1',
  precision: 'autocast',
  copies: false,
  evaluated: 2,
  decode: 'half',
  resident: 'all',
  encode: 'autocast',
  scores: 'fused',
  kernels: TRACED,
};
export const SDXL: Networks = { ...SD15, shape: 'sdxl', encode: 'half' };
