/** A person's own generation that ran out of memory, explained: by the error's own words and what is known of the run. */
import { inTurns } from '../base/steps.ts';
import { traitsOf } from '../hosts/hosts.ts';
import { explain } from '../explain/explain.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import type { Notice } from '../protocol/notice.ts';
import type { RecordedRun } from '../recorder/open-run.ts';
import { advised } from './advised.ts';
import { situationNow } from './messages/advice.ts';
import { toldExplanation } from './messages/explain.ts';
import { holdersNow } from './messages/holders.ts';
import { calibrationNow, type Parts } from './parts.ts';

type Told = Extract<Notice, { code: 'ran-out' }>;
type Failed = Pick<RecordedRun, 'runId' | 'origin' | 'outcome' | 'settings' | 'phases' | 'baseline'>;

export interface RanOut {
  /** Of the last generation; null where that ran out of nothing. */
  readonly told: Told | null;
  onWords(this: void, words: { readonly runId: string; readonly text: string }): void;
  onRun(this: void, run: Failed): void;
  onHostGone(this: void): void;
}

export interface RanOutOptions {
  readonly parts: () => Parts;
  readonly answer: (settings: RequestedSettings) => EstimateResult;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  readonly onChange: () => void;
  readonly log: (text: string) => void;
}

/** More would be a list to read. */
const MOST_REMEDIES = 3;

export function createRanOut({ parts, answer, pause, onChange, log }: RanOutOptions): RanOut {
  let words: { readonly runId: string; readonly text: string } | null = null;
  let told: Told | null = null;

  async function advise(of: Told): Promise<void> {
    const situation = situationNow(of.settings, parts());
    if (situation === null) return;
    const result = await inTurns(advised('remedies', situation), pause);
    if (told !== of || result.about !== 'remedies' || result.remedies.length === 0) return;
    told = { ...of, remedies: result.remedies.slice(0, MOST_REMEDIES) };
    onChange();
  }

  return {
    get told() {
      return told;
    },
    onWords: (said) => {
      words = said;
    },
    onRun: (run) => {
      if (run.origin !== 'ordinary') return;
      const text = run.outcome === 'oom' && words?.runId === run.runId ? words.text : null;
      words = null;
      told = text === null ? null : explained(text, run, parts(), beyond(answer(run.settings)));
      if (told !== null) advise(told).catch((error: unknown) => log(`internal error: ${String(error)}`));
    },
    onHostGone: () => {
      words = told = null;
    },
  };
}

/** By the lower end: what may fit is not said to be too large. */
function beyond(result: EstimateResult): number | null {
  if (result.status !== 'estimated') return null;
  const { required, usableMiB } = result;
  return required.lowMiB > usableMiB ? required.lowMiB - usableMiB : null;
}

function explained(
  text: string,
  { settings, phases, baseline }: Failed,
  parts: Parts,
  beyondMiB: number | null,
): Told | null {
  const { host } = parts.link;
  if (host === null) return null;
  const networks = calibrationNow(parts)?.fit?.replay?.networks ?? null;
  const { staticMiB } = traitsOf(host.environment);
  const last = phases.at(-1)?.phase ?? null;
  const found = explain<never>(
    text,
    {
      generation: networks === null ? null : { networks, settings, staticMiB },
      memory: { weightsMiB: staticMiB, idleMiB: baseline.torch?.allocatedMiB ?? null, beyondMiB },
      // Before its work on pictures weights are moved and prompts encoded: which of them, no mark tells.
      phase: last === 'start' ? null : last,
    },
    null,
  );
  if (!found.ok) return null;
  return {
    code: 'ran-out',
    explanation: toldExplanation(found.value),
    settings,
    held: holdersNow(parts),
    remedies: [],
  };
}
