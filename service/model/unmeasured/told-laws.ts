/** Laws of workspaces are the card's: what the runs of one set-up have told of them holds for another. */
import type { Fit, Replay, ReplayFit } from '../types.ts';

/** Of the candidates those whose laws the runs have left; all where there were no runs, or none is among them. */
export function ofLawsToldBy(measured: Fit | null, replay: ReplayFit): ReplayFit {
  const told = measured === null || measured.runs.measured === 0 ? null : measured.replay;
  if (measured === null || told === null) return replay;
  const lawOf = ({ networks: { kernels } }: Replay): string => `${kernels.workspace} ${kernels.workspaceInFloat}`;
  const laws = new Map([told, ...told.rivals].reverse().map((one) => [lawOf(one), one]));
  const left = [replay, ...replay.rivals].flatMap(({ networks, scale, offsetMiB }) => {
    const one = laws.get(lawOf({ networks, scale, offsetMiB }));
    return one === undefined
      ? []
      : [{ networks, scale: one.scale, offsetMiB: offsetMiB + one.offsetMiB - measured.slackMiB }];
  });
  const [usual, ...rivals] = left;
  return usual === undefined ? replay : { ...replay, ...usual, rivals };
}
