/** What a card's name tells of how it computes. */
import type { HostDevice } from '../protocol/host.ts';

export interface Card {
  /** Compute capability times ten: 86 is 8.6. */
  readonly capability: number;
  readonly hasTensorCores: boolean;
}

/**
 * The newest first: of names that share a number ("RTX 6000 Ada", "Quadro RTX 6000") the more particular one stands
 * first. Capabilities from NVIDIA's tables (developer.nvidia.com/cuda-gpus); the cards of the GTX 16 series alone are
 * of 7.5 without tensor cores.
 */
const CARDS: readonly (readonly [RegExp, Card])[] = [
  [/\bRTX (PRO )?50\d0|\bRTX PRO \d{4}|\bB200\b|\bGB200\b/, { capability: 120, hasTensorCores: true }],
  [/\bH100\b|\bH200\b|\bH800\b|\bGH200\b/, { capability: 90, hasTensorCores: true }],
  [/\bRTX 40\d0|\bAda\b|\bL4\b|\bL40S?\b/, { capability: 89, hasTensorCores: true }],
  [/\bA100\b|\bA30\b|\bA800\b/, { capability: 80, hasTensorCores: true }],
  [
    /\bRTX (30\d0|A\d{3,4})|\bA(2|10G?|16|40)\b|\b20[45]0\b(?=.*(MX|RTX 2050))/,
    { capability: 86, hasTensorCores: true },
  ],
  [/\bGTX 16\d0|\bMX450\b|\bT(400|500|550|600|1000|1200)\b/, { capability: 75, hasTensorCores: false }],
  [/\bRTX 20\d0|\bTITAN RTX\b|\bRTX [3-8]000\b|\bT4\b/, { capability: 75, hasTensorCores: true }],
  [/\bV100S?\b|\bTITAN V\b|\bGV100\b/, { capability: 70, hasTensorCores: true }],
  [/\bP100\b|\bGP100\b/, { capability: 60, hasTensorCores: false }],
  [
    /\bGTX 10\d0|\bGT 1030\b|\bTITAN Xp?\b|\bP(4|40|[1-6]\d00)\b|\bMX(1[15]0|2[35]0|3[35]0)\b/,
    { capability: 61, hasTensorCores: false },
  ],
  [/\bGTX (9\d0|750|TITAN X)|\bM(4|40|60|[2-6]000)\b/, { capability: 52, hasTensorCores: false }],
];

/** Null where the name says nothing: another maker's, or one that came later. */
export function cardOf({ backend, name }: Pick<HostDevice, 'backend' | 'name'>): Card | null {
  if (backend !== 'cuda') return null;
  return CARDS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
