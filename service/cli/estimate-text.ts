/** An estimate for people. */
import type { EstimateResult } from '../protocol/viewer.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import { headlineOf, largestInWords, latelyInWords } from '../words/verdict.ts';

/** Line by line: checkpoints, cards and options are named by whoever wrote the files. */
export function estimateText(
  { keyHash, environment }: Pick<KnownEnvironment, 'keyHash' | 'environment'>,
  result: EstimateResult,
): string[] {
  const setUp = `Set-up    ${environment.checkpoint ?? 'no checkpoint'} on ${environment.device.name}, key ${keyHash}`;
  const { words } = headlineOf(result);
  if (result.status !== 'estimated') return [setUp, `Verdict   ${words}`, `Why       ${result.message}`];
  const { required, peak, verdict, marginMiB, totalMiB, usableMiB, limitingPhase, drift, note } = result;
  const room = `of the ${usableMiB} MiB that programs can have${usableMiB === totalMiB ? '' : ` (${totalMiB} in all)`}`;
  const margin = `${Math.abs(marginMiB)} MiB ${marginMiB < 0 ? 'too little' : 'to spare'} ${room}${verdict === 'fits' ? `, even at ${required.highMiB}` : ''}`;
  const lately = latelyInWords(result, (mib) => `${mib} MiB`);
  const lines = [
    setUp,
    `Required  ${required.valueMiB} MiB (${required.lowMiB} to ${required.highMiB}), most of it in ${limitingPhase.replace('_', ' ')}`,
    `Peak      ${peak.valueMiB} MiB (${peak.lowMiB} to ${peak.highMiB})`,
    `Verdict   ${words}: ${margin}${lately === null ? '' : `; ${lately}`}`,
  ];
  const largest = largestInWords(result);
  if (largest !== null) lines.push(`Instead   ${largest}`);
  if (drift !== null) lines.push(`Drift     ${drift.message}`);
  if (note !== null) lines.push(`Note      ${note}`);
  return lines;
}
