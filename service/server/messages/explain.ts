/** What a pasted error says. It may be another machine's: of this one's set-up only what it does not tell is taken. */
import { inTurns } from '../../base/steps.ts';
import { explainText, type ExplainedText, type Explanation } from '../../explain/explain.ts';
import type { NamedTensor } from '../../explain/tensor.ts';
import type { ExplainResult, ToldExplanation, ToldTensor } from '../../protocol/explanation.ts';
import { describedBy } from '../../hosts/described.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';
import type { Parts } from '../parts.ts';

type Asked = Extract<ViewerMessage, { type: 'explain' }>;
type Told = Extract<ToViewerMessage, { type: 'explain' }>;

/** In turns: what it tells may be put to the replay. */
export async function explained(
  { requestId, text }: Asked,
  { link }: { readonly link: Pick<Parts['link'], 'host'> },
  pause: () => Promise<void>,
): Promise<Told> {
  const { host } = link;
  const own = host === null || host.keyHash === null ? null : describedBy(host.environment);
  const found = await inTurns(explainText(text, own), pause);
  return { type: 'explain', requestId, result: found.ok ? resultOf(found.value) : found };
}

function resultOf(found: ExplainedText): ExplainResult {
  const { remedies, pricing } = found;
  return { ok: true, ...toldExplanation(found), remedies, pricing };
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
