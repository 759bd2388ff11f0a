/** Brings uPlot, which the WebUI does not load at its start: most visits never open the tab. */
import type uPlot from 'uplot';
import { element } from '../dom.ts';
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

/** A classic script, for the WebUI may serve it under a type that modules refuse. One tag serves all who wait. */
async function arrival(ownAddress: string): Promise<void> {
  const waiting = document.head.querySelector<HTMLScriptElement>(`script[${MARK}]`);
  const script = waiting ?? element('script', { attributes: { [MARK]: '' } });
  const settled = new Promise<void>((resolve) => {
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      // Whoever asks later tries again.
      script.remove();
      resolve();
    });
  });
  if (waiting === null) {
    const address = new URL('plots/uplot.js', ownAddress);
    // The WebUI's mark against old copies in the browser's cache.
    address.search = new URL(ownAddress).search;
    script.src = address.href;
    document.head.append(script);
  }
  await settled;
}
