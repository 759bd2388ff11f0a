/**
 * The page's second script: uPlot, a third of all that the page needs, which the tab loads when it first has a plot.
 */
import uPlot from 'uplot';
import type { PlotGlobals } from './tab/load-uplot.ts';

(globalThis as PlotGlobals).headroomPlot = uPlot;
