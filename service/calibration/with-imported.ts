import type { Steps } from '../base/steps.ts';
import { hintsOf } from '../hosts/hints.ts';
import type { SetUp } from '../hosts/host.ts';
import { traitsOf } from '../hosts/hosts.ts';
import { fitInSteps } from '../model/fit.ts';
import { upscalersTold } from '../operations/upscaler.ts';
import type { Run } from '../recorder/run.ts';
import { READY_RUNS, type Calibration } from './calibration.ts';
import type { History } from './history.ts';
import { contradictedBy, contradictsOwn } from './imported.ts';
import { observationsForFit } from './observations.ts';
import { onWeights } from './on-weights.ts';
import { isBorneOut } from './own-runs.ts';
import { asSimilar } from './similar.ts';

/** A benchmark of one's own needs no one else's runs; generations of a person's own, often of one size, do. */
function suffices(own: Calibration, runs: readonly Run[]): boolean {
  if (own.state !== 'ready' || own.fit === null) return false;
  return (
    isBorneOut(own.fit) ||
    runs.filter(({ origin, marks }) => origin === 'benchmark' && marks.length === 0).length >= READY_RUNS
  );
}

/**
 * With what imports brought, where too little was measured here to do without and what was does not contradict it.
 */
export function* withImported(
  own: Calibration,
  { runs, imported, importedStored }: History,
  environment: SetUp,
  fit = fitInSteps,
): Steps<Calibration> {
  if (importedStored === 0) return own;
  const kept = own.kept + importedStored;
  const found = own.fit === null ? new Set<string>() : yield* contradictedBy(own.fit, imported);
  const without: Calibration = {
    ...own,
    kept,
    imported: { kept: importedStored, looked: imported.length, used: false, contradicted: found },
  };
  if (own.refusal !== null || suffices(own, runs)) return without;
  const measured = new Set(runs.map(({ settings }) => JSON.stringify(settings)));
  const traits = traitsOf(environment);
  const others = imported.filter(({ runId, settings }) => !found.has(runId) && !measured.has(JSON.stringify(settings)));
  const theirs = onWeights(observationsForFit(others), traits);
  const mine = onWeights(observationsForFit(runs), traits);
  const observations = [...mine, ...theirs];
  const result = theirs.length === 0 ? null : yield* fit(observations, traits, hintsOf(environment));
  if (result?.ok !== true) return without;
  // Whoever measured it, it was not this machine: no nearer than a set-up that is like it.
  const made = asSimilar(result.value, traits, mine);
  if (yield* contradictsOwn(made, mine))
    return {
      ...without,
      imported: { ...without.imported, contradicted: new Set(imported.map(({ runId }) => runId)) },
    };
  return {
    ...without,
    state: observations.length < READY_RUNS ? 'partial' : 'ready',
    runs: observations.length,
    fit: made,
    operations: [...new Set(observations.map(({ settings }) => settings.operation))],
    upscalers: upscalersTold(observations.map(({ settings }) => settings)),
    imported: { ...without.imported, used: true },
    finding: { code: 'imported', imported: theirs.length, own: mine.length },
  };
}
