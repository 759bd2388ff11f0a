/** A person's own generation that ran out of memory: told until another one has run. */
import type { Notice } from '../protocol/notice.ts';
import type { RecordedRun } from '../recorder/open-run.ts';

export type ToldRanOut = Extract<Notice, { code: 'ran-out' }>;
export type FailedRun = Pick<RecordedRun, 'runId' | 'origin' | 'outcome' | 'settings' | 'phases' | 'baseline'>;

export interface RanOut {
  /** Of the last generation; null where that ran out of nothing. */
  readonly told: ToldRanOut | null;
  onWords(this: void, words: { readonly runId: string; readonly text: string }): void;
  onRun(this: void, run: FailedRun): void;
  onHostGone(this: void): void;
}

export interface RanOutOptions {
  /** null where the words are no error that can be read. */
  readonly explain: (text: string, run: FailedRun) => ToldRanOut | null;
  /** What helps its settings, the first ones. */
  readonly advise: (settings: ToldRanOut['settings']) => Promise<ToldRanOut['remedies']>;
  readonly onChange: () => void;
  readonly log: (text: string) => void;
}

export function createRanOut({ explain, advise, onChange, log }: RanOutOptions): RanOut {
  let words: { readonly runId: string; readonly text: string } | null = null;
  let told: ToldRanOut | null = null;

  async function addRemedies(of: ToldRanOut): Promise<void> {
    const remedies = await advise(of.settings);
    if (told !== of || remedies.length === 0) return;
    told = { ...of, remedies };
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
      told = text === null ? null : explain(text, run);
      if (told !== null) addRemedies(told).catch((error: unknown) => log(`internal error: ${String(error)}`));
    },
    onHostGone: () => {
      words = told = null;
    },
  };
}
