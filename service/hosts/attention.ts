/** How A1111's optimisation in force spends memory. It resolves "Automatic" when a checkpoint is loaded. */
import type { Attention } from '../protocol/host.ts';
import type { Facts } from '../protocol/shim.ts';

export const OPTIMISATION = 'modules.sd_hijack:model_hijack.optimization_method';

/** Of those whose allocations are known, as A1111 1.10 has them on a card. */
export const ATTENTION_KINDS = {
  sdp: 'fused',
  xformers: 'fused',
  V1: 'unfused',
  None: 'unfused',
  'sub-quadratic': 'sub-quadratic',
  Doggettx: 'doggettx',
  InvokeAI: 'invokeai',
} as const satisfies Record<string, Attention>;

const KINDS: ReadonlyMap<string, Attention> = new Map([
  ['xformers', 'fused'],
  ['sdp', 'fused'],
  ['sdp-no-mem', 'fused'],
  ['V1', 'unfused'],
  ['', 'unfused'],
  ['Doggettx', 'doggettx'],
  ['InvokeAI', 'invokeai'],
  ['sub-quadratic', 'sub-quadratic'],
]);

/** Up to 1.5 Doggettx's attention did without slices where they could not all be of one size. */
const SLICES_OTHERWISE = /^v?1\.[0-5]\./;

/** @param device torch's type of it. */
export function attentionOf(
  facts: Facts,
  device: string,
  webuiVersion: string,
): { readonly kind: Attention; readonly name: string } {
  const method = facts[OPTIMISATION];
  if (method === null || method === undefined) return { kind: 'unknown', name: 'unknown' };
  return { kind: kindOf(method, device, webuiVersion), name: method === '' ? 'None' : method };
}

function kindOf(method: string, device: string, webuiVersion: string): Attention {
  // Slices of 32 MB whatever is free (sd_hijack_optimizations.einsum_op): memory grows as with sub-quadratic attention.
  if (method === 'InvokeAI' && device !== 'cuda') return device === 'cpu' ? 'sub-quadratic' : 'adaptive';
  if (method === 'Doggettx' && (device !== 'cuda' || SLICES_OTHERWISE.test(webuiVersion))) return 'adaptive';
  return KINDS.get(method) ?? 'unknown';
}
