import type { Verdict } from '../estimate/verdict.ts';
import type { Tone } from './look.ts';

const TONES = { fits: 'good', tight: 'warning', 'will-not-fit': 'bad' } as const satisfies Record<Verdict, Tone>;

export function toneOf(verdict: Verdict): Tone {
  return TONES[verdict];
}
