import type { Layers } from '../layers.ts';
import type { Tensor } from '../../program/tape.ts';
import { attendInSlices } from './doggettx.ts';
import { attendInSlicesOfHeads } from './invoke.ts';
import { attendWhole } from './original.ts';
import type { Scores } from './scores.ts';
import { attendFused } from './sdp.ts';
import { attendInChunks } from './sub-quadratic.ts';
import { attendTraced, isTraced } from './traced.ts';
import { attendInPairs } from './v1.ts';
import { attendByXformers } from './xformers.ts';

type Attend = (ops: Layers, x: Tensor, source: Tensor, heads: number) => Tensor;

const ATTEND: Readonly<Record<Scores, Attend>> = {
  fused: attendFused,
  xformers: attendByXformers,
  whole: attendWhole,
  pairs: attendInPairs,
  chunks: attendInChunks,
  slices: attendInSlices,
  'slices-of-heads': attendInSlicesOfHeads,
};

/** What attention gives, from its input and what it attends to. */
export function attend(ops: Layers, scores: Scores, x: Tensor, source: Tensor, heads: number): Tensor {
  if (!ops.kernels.tracksOrder && isTraced(scores)) return attendTraced(ops, scores, x, source, heads);
  return ATTEND[scores](ops, x, source, heads);
}
