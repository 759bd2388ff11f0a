/**
 * Errors of the real WebUI on small cards: their phase, and the tensor that was asked for, against the frames of their
 * tracebacks and, for scores, against arithmetic.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { explain } from '../../../service/explain/explain.ts';
import type { ErrorKind, ErrorPhase, Layer } from '../../../service/protocol/explanation.ts';
import type { Scores } from '../../../service/networks/attention/scores.ts';
import type { Workspace } from '../../../service/program/kernels.ts';
import type { Resident } from '../../../service/protocol/host.ts';
import type { GenerationSettings } from '../../../service/protocol/settings.ts';
import { SD15 } from '../networks/examples.ts';

interface Failure {
  readonly text: string;
  readonly scores: Scores;
  readonly resident: Resident;
  readonly workspace: Workspace;
  readonly settings: GenerationSettings;
  readonly expected: {
    readonly kind: ErrorKind;
    readonly triedMiB: number;
    readonly phase: ErrorPhase;
    /** null: the WebUI's own error, which names no tensor. */
    readonly layer: Layer | null;
    /** null: not worked out by hand. */
    readonly bytes: number | null;
  };
}

/** Allocated at idle with all weights on the card. */
const STATIC_MIB = 2077.5;

const FAILURES = readFileSync(new URL('../../fixtures/explain/a1111-errors.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Failure);

function explained({ text, scores, resident, workspace, settings }: Failure) {
  const networks = {
    ...SD15,
    scores,
    kernels: { tracksOrder: true, sdpa: 'flash-if-many', workspace, workspaceInFloat: 'x' },
    resident,
  } as const;
  const staticMiB = resident === 'all' ? STATIC_MIB : null;
  const result = explain(text, { generation: { networks, settings, staticMiB }, memory: null, phase: null });
  if (!result.ok) throw new Error('an error is read');
  return result.value;
}

describe('errors of the real WebUI', () => {
  test.each(FAILURES.map((failure) => [failure.scores, JSON.stringify(failure.settings), failure] as const))(
    '%s, %s',
    (_scores, _settings, failure) => {
      const { kind, triedMiB, phase, layer, bytes } = failure.expected;
      const { reading, tensor } = explained(failure);
      expect(reading).toMatchObject({ kind, phase });
      expect(reading.triedMiB).toBeCloseTo(triedMiB, 4);
      expect(tensor?.layer ?? null).toBe(layer);
      if (bytes !== null) expect(tensor?.bytes).toBe(bytes);
    },
  );

  test('nearly all are named for certain', () => {
    const named = FAILURES.filter(({ expected }) => expected.layer !== null).map(explained);
    expect(named.filter(({ tensor }) => tensor?.certain === true).length / named.length).toBeGreaterThan(0.85);
  });

  test('attention in one piece is told from attention of some heads or rows at a time, which is cut up already', () => {
    const told = FAILURES.filter(({ expected }) => expected.layer === 'self-attention scores').map((failure) => ({
      scores: failure.scores,
      isSliced: explained(failure).cause.code !== 'attention-not-sliced',
      fitsCard: failure.expected.triedMiB < 2600,
    }));
    // Past a whole card even a part is too large to be called anything else.
    for (const { scores, isSliced, fitsCard } of told)
      if (fitsCard) expect([scores, isSliced]).toEqual([scores, scores !== 'whole']);
  });
});
