/**
 * Errors of the real WebUI on small cards (`a1111-errors.ndjson`) as a console has them, with what the WebUI prints of
 * its start and of the request: whether that is read back, and whether what is then advised first works on that card.
 */
import { readFileSync } from 'node:fs';
import { createJudge } from '../../service/advice/judge.ts';
import { atOnce } from '../../service/base/steps.ts';
import { explainText } from '../../service/explain/explain.ts';
import { situationOf, toldIn, type Told } from '../../service/explain/priced.ts';
import { locateError } from '../../service/explain/read.ts';
import type { Fit } from '../../service/model/types.ts';
import type { Remedy } from '../../service/protocol/advice.ts';
import type { PricedFor, Pricing } from '../../service/protocol/explanation.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { changeOf } from '../advice/first.ts';
import { planOf } from '../advice/rig.ts';

export interface Failure {
  readonly text: string;
  readonly scores: keyof typeof ATTENTIONS;
  readonly resident: 'all' | 'networks';
  readonly workspace: string;
  readonly settings: GenerationSettings;
}

/** Without those of the WebUI's own attention, which name no card. */
export const FAILURES: readonly Failure[] = readFileSync(
  new URL('../../test/fixtures/explain/a1111-errors.ndjson', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Failure)
  .filter(({ text }) => text.includes('CUDA out of memory'));

/** The attention that has such scores, and the flag for it; Doggettx the WebUI takes by itself. */
const ATTENTIONS = {
  fused: ['sdp', '--opt-sdp-attention'],
  whole: ['None', '--disable-opt-split-attention'],
  pairs: ['V1', '--opt-split-attention-v1'],
  chunks: ['sub-quadratic', '--opt-sub-quad-attention'],
  slices: ['Doggettx', ''],
} as const;

/** As the WebUI printed it; img2img by the parameters of its picture. */
export function logOf({ text, scores, resident, settings }: Failure): string {
  const [attention, flag] = ATTENTIONS[scores];
  return [
    'Version: v1.10.1',
    `Launching Web UI with arguments: ${flag}${resident === 'all' ? '' : ' --medvram'}`,
    'Loading weights [0123456789] from /sd/models/Stable-diffusion/own-mix.safetensors',
    'Creating model from config: /sd/configs/v1-inference.yaml',
    `Applying attention optimization: ${attention === 'None' ? 'none' : attention}... done.`,
    requestOf(settings),
    text,
  ].join('\n');
}

function requestOf({ operation, width, height, batchSize, hires }: GenerationSettings): string {
  if (operation === 'img2img')
    return `a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: ${width}x${height}, Denoising strength: 0.75, Batch size: ${batchSize}, Version: v1.10.1`;
  const target = hires === null ? "False, 0.7, 2, 'Latent', 0, 0, 0" : hiresIn(hires);
  return `*** Arguments: ('task(1)', <gradio.routes.Request object at 0x7f00>, 'a cat, (large:1.2)', '', [], 1, ${batchSize}, 7, ${height}, ${width}, ${target}, 'Use same checkpoint', 'Use same sampler', 'Use same scheduler', '', '', [], 0, 20, 'Euler a', 'Automatic', False, '', 0.8, -1) {}`;
}

function hiresIn({ width, height, upscaler }: NonNullable<GenerationSettings['hires']>): string {
  return `True, 0.7, 2, '${upscaler ?? 'Latent'}', 0, ${width}, ${height}`;
}

export interface LogJudged {
  readonly pricing: Pricing;
  readonly isReadRight: boolean;
  /** null where nothing is priced. */
  readonly firstWorks: boolean | null;
}

export function judgeLogs(failures: readonly Failure[] = FAILURES): readonly LogJudged[] {
  return failures.map((failure) => {
    const log = logOf(failure);
    const found = atOnce(explainText(log, null));
    const located = locateError(log);
    const told = located.ok ? toldIn(located.value, null) : null;
    if (!found.ok || told === null) throw new Error('an error is read');
    const { pricing, remedies } = found.value;
    const first = remedies.find(({ priced }) => priced !== null)?.priced ?? null;
    const firstWorks = first === null || !told.ok ? null : works(told.value, failure, first);
    return { pricing, isReadRight: told.ok && isRight(told.value.of, failure), firstWorks };
  });
}

function isRight({ settings, attention, vramMode }: PricedFor, failure: Failure): boolean {
  const same = (of: GenerationSettings): string =>
    JSON.stringify([of.operation, of.width, of.height, of.batchSize, of.hires?.width, of.hires?.height]);
  return (
    same(settings) === same(failure.settings) &&
    attention === ATTENTIONS[failure.scores][0] &&
    (vramMode === 'none') === (failure.resident === 'all')
  );
}

/** By the replay of the law that the card had. */
function works(told: Told, { workspace }: Failure, { steps }: Remedy): boolean {
  const situation = situationOf({ ...told, fit: ofLaw(told.fit, workspace) });
  const settings = steps.reduce(
    (now, { applied }) => (applied.kind === 'sliders' ? applied.settings : now),
    told.of.settings,
  );
  const judged = createJudge(situation).of(
    planOf(
      settings,
      steps.flatMap(({ change }) => changeOf(change)),
    ),
  );
  return judged !== null && judged.required.valueMiB <= told.memory.usableMiB;
}

/** As if runs had told it. */
function ofLaw(fit: Fit, workspace: string): Fit {
  if (fit.replay === null) throw new Error('networks that are told are replayed');
  const all = [fit.replay, ...fit.replay.rivals];
  const law = all.find(({ networks: { kernels } }) => kernels.workspace === workspace);
  return law === undefined
    ? fit
    : { ...fit, runs: { ...fit.runs, measured: 1 }, replay: { ...fit.replay, ...law, rivals: [] } };
}
