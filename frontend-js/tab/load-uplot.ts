/** Brings uPlot, which the WebUI does not load at its start: most visits never open the tab. */
import type uPlot from 'uplot';
import { arrivalOf, scriptBeside } from '../load-script.ts';
import { OWN_ADDRESS } from '../own-address.ts';

export type PlotMaker = typeof uPlot;

export interface PlotGlobals {
  headroomPlot?: PlotMaker;
}

const MARK = 'data-headroom-plots';

/** Null where it is not there. A page that has its script tag by itself (a page of our own) needs no more. */
export async function loadUPlot(): Promise<PlotMaker | null> {
  const globals = globalThis as PlotGlobals;
  if (globals.headroomPlot === undefined && OWN_ADDRESS !== null) await arrival(OWN_ADDRESS);
  return globals.headroomPlot ?? null;
}

/** One tag serves all who wait. */
async function arrival(ownAddress: string): Promise<void> {
  const waiting = document.head.querySelector<HTMLScriptElement>(`script[${MARK}]`);
  const script = waiting ?? scriptBeside('plots/uplot.js', ownAddress, { [MARK]: '' });
  const settled = arrivalOf(script);
  if (waiting === null) document.head.append(script);
  await settled;
}
