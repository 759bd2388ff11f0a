import type { Scores } from './attention.ts';
import { FLOAT, HALF, type Precision } from './layers.ts';
import type { Program } from './tape.ts';
import { samplingProgram, type UNetOptions, type UNetShape } from './unet.ts';
import { decodeProgram, encodeProgram } from './vae.ts';

/** Public configurations of the checkpoint families' denoising networks. SD 2 allocates as SD 1 does. */
const SHAPES = {
  sd1: { multipliers: [1, 2, 4, 4], depths: [1, 1, 1, 0], middleDepth: 1, contextChannels: 768, headChannels: null, linearProjections: false },
  sdxl: { multipliers: [1, 2, 4], depths: [0, 2, 10], middleDepth: 10, contextChannels: 2048, headChannels: 64, linearProjections: true },
} as const satisfies Record<string, UNetShape>;

const PRECISIONS = {
  autocast: { width: HALF, autocast: true },
  half: { width: HALF, autocast: false },
  float: { width: FLOAT, autocast: false },
} as const satisfies Record<string, Precision>;

const UNET_PRECISIONS = ['autocast', 'float'] as const;
const DECODE_PRECISIONS = ['half', 'float'] as const;
const ENCODE_PRECISIONS = ['autocast', 'half', 'float'] as const;
const SCORES: readonly Scores[] = ['fused', 'whole', 'pairs', 'chunks', 'slices'];

/** What is known to compute in a WebUI: plain data, a part of a fit. */
export interface Networks {
  readonly shape: keyof typeof SHAPES;
  readonly precision: (typeof UNET_PRECISIONS)[number];
  readonly copies: boolean;
  /** Pictures in one evaluation over the batch size: 2 with conditional and unconditional latents together. */
  readonly evaluated: 1 | 2;
  readonly decode: (typeof DECODE_PRECISIONS)[number];
  readonly encode: (typeof ENCODE_PRECISIONS)[number];
  readonly scores: Scores;
}

/** Batched first: it is the usual one. */
const EVALUATED = [2, 1] as const;

type SamplingNetwork = Pick<Networks, 'shape' | 'precision' | 'copies' | 'evaluated' | 'scores'>;

const samplingName = ({ shape, precision, copies, evaluated, scores }: SamplingNetwork): string => `${shape} ${precision} ${copies ? 'copies' : 'views'} ${evaluated} ${scores}`;
const vaeName = (precision: keyof typeof PRECISIONS, scores: Scores): string => `${precision} ${scores}`;

const shapes = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
const SAMPLING_NETWORKS: readonly SamplingNetwork[] = shapes.flatMap((shape) =>
  UNET_PRECISIONS.flatMap((precision) => [false, true].flatMap((copies) => EVALUATED.flatMap((evaluated) => SCORES.map((scores) => ({ shape, precision, copies, evaluated, scores }))))),
);
/** The second evaluation finds all it needs in the cache, but where score matrices rule: there it may find them cut up. */
function evaluationsTold({ evaluated, scores }: SamplingNetwork): 1 | 2 {
  return evaluated === 1 && scores !== 'fused' ? 2 : 1;
}

/** Programs are written when first asked for: a WebUI needs three of them. */
const SAMPLING: ReadonlyMap<string, () => Program> = new Map(
  SAMPLING_NETWORKS.map((network) => [samplingName(network), once(() => samplingProgram(optionsOf(network), evaluationsTold(network)))]),
);
const DECODE: ReadonlyMap<string, () => Program> = new Map(
  DECODE_PRECISIONS.flatMap((name) => SCORES.map((scores) => [vaeName(name, scores), once(() => decodeProgram(PRECISIONS[name], scores))])),
);
const ENCODE: ReadonlyMap<string, () => Program> = new Map(
  ENCODE_PRECISIONS.flatMap((name) => SCORES.map((scores) => [vaeName(name, scores), once(() => encodeProgram(PRECISIONS[name], scores))])),
);

function optionsOf(network: SamplingNetwork): UNetOptions {
  return { ...network, shape: SHAPES[network.shape], precision: PRECISIONS[network.precision] };
}

/** A value that is made when it is first asked for. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** All combinations with this kind of attention that differ in their active bytes, the usual ones of a family first. */
export function knownNetworks(scores: Scores): Networks[] {
  return shapes.flatMap((shape) =>
    UNET_PRECISIONS.flatMap((precision) =>
      EVALUATED.flatMap((evaluated) =>
        DECODE_PRECISIONS.flatMap((decode) => encodersOf(shape, precision, decode).map((encode) => ({ shape, precision, copies: false, evaluated, decode, encode, scores }))),
      ),
    ),
  );
}

/** The usual one first: which it is shows only where encoding needs the most. */
function encodersOf(shape: Networks['shape'], precision: Networks['precision'], decode: Networks['decode']): Networks['encode'][] {
  const usual = shape === 'sdxl' || precision === 'float' ? decode : 'autocast';
  return [usual, ...ENCODE_PRECISIONS.filter((encode) => encode !== usual)];
}

/** Differs between networks that differ. */
export function nameOf({ shape, precision, copies, evaluated, decode, encode, scores }: Networks): string {
  return [shape, precision, copies, evaluated, decode, encode, scores].join(' ');
}

/** The program of one of the networks. */
export function programOf(networks: Networks, which: 'sampling' | 'decode' | 'encode'): Program {
  const programs = { sampling: SAMPLING, decode: DECODE, encode: ENCODE }[which];
  const program = programs.get(programName(networks, which));
  if (program === undefined) throw new Error('there is a program for each of the networks');
  return program();
}

/** Differs between programs that differ. */
export function programName(networks: Networks, which: 'sampling' | 'decode' | 'encode'): string {
  return which === 'sampling' ? samplingName(networks) : vaeName(networks[which], networks.scores);
}
