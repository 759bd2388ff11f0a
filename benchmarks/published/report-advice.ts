/** What the product says of a report that failed: the cause, and what it advises first. */
import { advise } from '../../service/advice/advise.ts';
import { atOnce } from '../../service/base/steps.ts';
import { causeOf } from '../../service/explain/cause.ts';
import type { TensorFound } from '../../service/explain/tensor.ts';
import type { Remedy, UnknownRemedy } from '../../service/protocol/advice.ts';
import type { Cause } from '../../service/protocol/explanation.ts';
import { setUpOf } from './host.ts';
import { liveOf } from './report-answer.ts';
import type { PersonsReport } from './report-row.ts';

export interface AdvisedReport {
  /** By the figures of the error alone; null where none is quoted. */
  readonly cause: Cause['code'] | null;
  /** Codes of the first remedy's steps; null where nothing is known to help. */
  readonly first: readonly string[] | null;
  /** Codes of all that are advised, or named as not known. */
  readonly named: readonly string[];
}

const UPSCALERS = [
  { name: 'Latent', kind: 'latent' },
  { name: 'Lanczos', kind: 'image' },
] as const;

/** Of the likeliest set-up; null where it cannot be asked. */
export function adviseReport(
  { setUps, settings, error }: PersonsReport,
  tensor: TensorFound | null,
): AdvisedReport | null {
  if (!setUps.ok || !settings.ok) return null;
  const [likeliest] = setUps.value;
  const known = likeliest === undefined ? null : setUpOf(likeliest);
  if (likeliest === undefined || known === null) return null;
  const advice = atOnce(
    advise({
      settings: settings.value,
      fit: known.fit,
      setUp: known.setUp,
      now: { memory: liveOf(likeliest, error), heldMiB: null, driftMiB: null, leftMiB: 0, toLoad: null, addOns: null },
      totalMiB: null,
      programs: [],
      upscalers: UPSCALERS,
      secondsOf: () => null,
    }),
  );
  return {
    cause: error === null ? null : causeOf(error, tensor, null).code,
    first: advice.remedies[0] === undefined ? null : codesOf(advice.remedies[0]),
    named: [
      ...new Set([...advice.remedies.flatMap(codesOf), ...advice.unknown.map(({ code }: UnknownRemedy) => code)]),
    ],
  };
}

function codesOf({ steps }: Remedy): string[] {
  return steps.map(({ change }) => ('to' in change ? `${change.code} ${change.to}` : change.code));
}
