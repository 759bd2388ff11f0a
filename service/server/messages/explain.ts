/** What a pasted error says. It may be another machine's: nothing of this one is taken for known. */
import { explainText, type Explanation } from '../../explain/explain.ts';
import type { NamedTensor } from '../../explain/tensor.ts';
import type { ExplainResult, ToldExplanation, ToldTensor } from '../../protocol/explanation.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';

export function explained({
  requestId,
  text,
}: Extract<ViewerMessage, { type: 'explain' }>): Extract<ToViewerMessage, { type: 'explain' }> {
  return { type: 'explain', requestId, result: resultOf(text) };
}

function resultOf(text: string): ExplainResult {
  const found = explainText(text);
  return found.ok ? { ok: true, ...toldExplanation(found.value), remedies: found.value.remedies } : found;
}

export function toldExplanation({ reading, tensor, cause }: Explanation): ToldExplanation {
  const { kind, phase, triedMiB, freeMiB, totalMiB, allocatedMiB, reservedMiB, processMiB, capMiB, errors } = reading;
  const told = { kind, phase, triedMiB, freeMiB, totalMiB, allocatedMiB, reservedMiB, processMiB, capMiB, errors };
  const named =
    tensor === null ? null : { ...toldTensor(tensor), certain: tensor.certain, others: tensor.others.map(toldTensor) };
  return { reading: told, tensor: named, cause };
}

function toldTensor({ layer, latent, batch, slices, dtype }: NamedTensor): ToldTensor {
  return { layer, latent, batch, slices, dtype };
}
