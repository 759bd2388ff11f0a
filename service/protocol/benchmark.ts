/** How a benchmark goes and ends, and why one cannot be: codes and figures, whose sentences are in words/. */
import * as z from 'zod';
import { inabilitySchema } from './abilities.ts';
import { runProblemSchema } from './host.ts';
import { generationSettingsSchema, operationSchema, OPERATIONS } from './settings.ts';
import { sourceReasonSchema } from './source.ts';

/** How many runs at the most. `probe`: the one or two small ones that tell apart what a set-up may be. */
export const budgetSchema = z.enum(['probe', 'quick', 'default', 'thorough']);
export type Budget = z.infer<typeof budgetSchema>;

/** What a person chooses before Run Benchmark. */
export const benchmarkOptionsSchema = z.strictObject({
  maxSizePx: z.int().min(256).max(2048).multipleOf(64),
  maxBatchSize: z.int().min(1).max(16),
  operations: z.array(operationSchema).min(1).max(OPERATIONS.length),
  budget: budgetSchema,
});
export type BenchmarkOptions = z.infer<typeof benchmarkOptionsSchema>;

/** Why a request could not be followed. */
export const refusalSchema = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.enum(['no-webui', 'no-checkpoint', 'nothing-to-resume', 'nothing-to-discard', 'nothing-to-cancel']),
  }),
  z.strictObject({ code: z.literal('running'), wanted: z.enum(['another', 'this', 'a-change']) }),
  z.strictObject({ code: z.literal('running-elsewhere'), holdMs: z.number() }),
  z.strictObject({ code: z.literal('unable'), why: inabilitySchema }),
  z.strictObject({ code: z.literal('no-figures'), reason: sourceReasonSchema }),
  z.strictObject({ code: z.literal('too-soon'), most: z.int(), waitMs: z.number() }),
  /** Of `restart-sidecar`, which the WebUI's relay answers. */
  z.strictObject({ code: z.literal('only-the-webui-restarts') }),
]);
export type Refusal = z.infer<typeof refusalSchema>;

/** What a benchmark goes on without, because the WebUI could not do it. */
const leftOutSchema = z.strictObject({ what: z.enum(['caps', ...operationSchema.options]), problem: runProblemSchema });
export type LeftOut = z.infer<typeof leftOutSchema>;

/** The sizes that were asked for, and the largest run that there was. */
const notReachedSchema = z.strictObject({
  asked: benchmarkOptionsSchema.pick({ maxSizePx: true, maxBatchSize: true }),
  most: generationSettingsSchema,
});
export type NotReached = z.infer<typeof notReachedSchema>;

/** `kept`: a run at least, so it can go on from there. */
export const endingSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(['cancelled', 'interrupted', 'host-gone', 'key-changed', 'lost']) }),
  /** The sidecar before this one stopped in the middle of it. */
  z.strictObject({ code: z.literal('cut-off'), kept: z.boolean() }),
  z.strictObject({ code: z.literal('too-long'), limitMs: z.number() }),
  z.strictObject({
    code: z.literal('failed-runs'),
    count: z.int(),
    problem: runProblemSchema,
    kept: z.boolean(),
  }),
  z.strictObject({ code: z.literal('refused'), problem: runProblemSchema, kept: z.boolean() }),
  z.strictObject({
    code: z.literal('finished'),
    /**
     * `all-runs` that were planned or could be made; `enough`: more would change no verdict near the edge; `probe`: it
     * was not to be more than one.
     */
    why: z.enum(['all-runs', 'enough', 'probe']),
    runs: z.int(),
    /** Of these, because something else used the device meanwhile. */
    marked: z.int(),
    /** What the person asked for and did not get. */
    leftOut: z.array(leftOutSchema).readonly(),
    notReached: notReachedSchema.nullable(),
  }),
]);
export type Ending = z.infer<typeof endingSchema>;

/** What it is at; `running`: a run, without what was left out. */
const doingSchema = z.discriminatedUnion('code', [
  z.strictObject({ code: z.enum(['warming-up', 'stopping', 'waiting', 'planning']) }),
  z.strictObject({ code: z.literal('running'), leftOut: z.array(leftOutSchema).readonly() }),
]);
export type Doing = z.infer<typeof doingSchema>;

export const benchmarkStateSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('idle'),
    /** A benchmark that stopped half-way under the key in force, if any. */
    resumable: z.strictObject({ runsDone: z.int(), runsPlanned: z.int(), options: benchmarkOptionsSchema }).nullable(),
    /** How the last one ended. */
    last: z
      .strictObject({ result: z.enum(['finished', 'cancelled', 'interrupted', 'failed']), ending: endingSchema })
      .nullable(),
  }),
  z.strictObject({
    state: z.literal('running'),
    options: benchmarkOptionsSchema,
    /** 0 while warming up, then 1-based. */
    run: z.int(),
    runsPlanned: z.int(),
    settings: generationSettingsSchema.nullable(),
    /** What the run in hand may take at most, to find the least that is enough; null where it may take all. */
    capMiB: z.number().nonnegative().nullable(),
    timeLeftMs: z.number().nullable(),
    doing: doingSchema,
  }),
]);
export type BenchmarkState = z.infer<typeof benchmarkStateSchema>;
