/** What the product says of a published figure with no run. */
import { at } from '../../service/base/at.ts';
import type { Result } from '../../service/base/result.ts';
import { estimate } from '../../service/estimate/estimate.ts';
import type { Fit, Interval } from '../../service/model/types.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import { autoencoderPeaks, pipelineMiB } from './diffusers.ts';
import { isVae, type Figure, type VaeWork } from './figure.ts';
import { fitOf, type NoFigure } from './host.ts';
import type { Others } from './others.ts';
import { activeMiB, intervalOver, networksOf, vaePeaks } from './peaks.ts';

export type NoAnswer = NoFigure | 'others-not-told' | 'other-metric';

/**
 * What a card that nothing is told of may hold beside torch's: the context alone, as the least and the most that cards
 * show (kernels loaded as they are needed, or all), and one in between.
 */
const CONTEXTS_MIB = [120, 450, 700];

/** @param others what is not torch's on the card of this figure, as far as other figures tell it. */
export function answerOf(figure: Figure, others: Others): Result<Interval, NoAnswer> {
  const fit = fitOf({
    family: figure.family === 'flux' ? 'sd1' : figure.family,
    attention: figure.program === 'a1111' ? figure.attention : 'sdp',
    vramMode: figure.vramMode,
    unetBits: figure.unetBits,
    // Of an autoencoder alone only the laws are asked for.
    vaeBits: figure.program === 'a1111' ? figure.vaeBits : figure.unetBits,
    card: figure.card,
    webuiVersion: figure.webuiVersion,
  });
  if (!fit.ok) return fit;
  const { work } = figure;
  if (isVaeWork(work))
    return figure.program === 'a1111' ? ofItsVae(figure, work, fit.value, others) : alone(figure, work, fit.value);
  if (figure.program === 'diffusers')
    return figure.metric === 'allocated'
      ? { ok: true, value: pipelineMiB(fit.value, work, figure.unetBits) }
      : { ok: false, reason: 'other-metric' };
  const roomsMiB = roomsOf(figure, others);
  if (figure.metric === 'allocated') return { ok: true, value: activeMiB(fit.value, work, roomsMiB) };
  const besideMiB = figure.metric === 'reserved' ? 0 : others.elsewhereMiB;
  return besideMiB === null
    ? { ok: false, reason: 'others-not-told' }
    : { ok: true, value: raised(peakOf(fit.value, work, roomsMiB), besideMiB) };
}

/** torch's reserved bytes at the most, as the readout has them. */
function peakOf(fit: Fit, settings: GenerationSettings, roomsMiB: readonly number[]): Interval {
  const peaks = roomsMiB.map((roomMiB) => {
    const said = estimate(fit, settings, Number.isFinite(roomMiB) ? roomMiB : null);
    if (!said.ok) throw new Error(`no estimate: ${said.reason}`);
    return said.peak;
  });
  return {
    valueMiB: at(peaks, 0).valueMiB,
    lowMiB: Math.min(...peaks.map(({ lowMiB }) => lowMiB)),
    highMiB: Math.max(...peaks.map(({ highMiB }) => highMiB)),
  };
}

function raised({ valueMiB, lowMiB, highMiB }: Interval, byMiB: number): Interval {
  return { valueMiB: valueMiB + byMiB, lowMiB: lowMiB + byMiB, highMiB: highMiB + byMiB };
}

function isVaeWork(work: Figure['work']): work is VaeWork {
  return isVae(work.operation);
}

/** That the card may have for the process, the likeliest first. */
function roomsOf({ card: { totalMiB } }: Figure, { nowMiB }: Others): number[] {
  if (totalMiB === null) return [Infinity];
  return (nowMiB === null ? CONTEXTS_MIB : [nowMiB]).map((othersMiB) => totalMiB - othersMiB);
}

/** One half of A1111's autoencoder, the weights of all networks beside it. */
function ofItsVae(figure: Figure, work: VaeWork, fit: Fit, others: Others): Result<Interval, NoAnswer> {
  const { metric, withWeights } = figure;
  if (metric === 'device') return { ok: false, reason: 'others-not-told' };
  // A1111 decodes and encodes the pictures of a batch one after the other.
  const besideMiB = !withWeights ? 0 : metric === 'allocated' ? fit.staticMiB : fit.staticMiB + fit.slackMiB;
  const peaks = roomsOf(figure, others).flatMap((roomMiB) =>
    networksOf(fit).map((networks) => {
      const { activeMiB: active, reservedMiB } = vaePeaks(networks, work.operation, work, roomMiB - fit.staticMiB);
      return besideMiB + (metric === 'allocated' ? active : reservedMiB);
    }),
  );
  return { ok: true, value: intervalOver(fit, metric, peaks) };
}

/** An autoencoder that nothing lies beside, not even its weights. */
function alone(figure: Figure, work: VaeWork, fit: Fit): Result<Interval, NoAnswer> {
  const { program, metric, vaeBits } = figure;
  if (metric === 'device') return { ok: false, reason: 'others-not-told' };
  const code = program === 'autoencoder-of-ldm' ? 'ldm' : 'diffusers';
  const peaks = networksOf(fit).map(({ kernels }) => {
    const { activeMiB: active, reservedMiB } = autoencoderPeaks(work, vaeBits, kernels, code);
    return metric === 'allocated' ? active : reservedMiB;
  });
  return { ok: true, value: intervalOver(fit, metric, peaks) };
}
