import { bundlePages, bundlePlots, bundlePrograms, bundleStandalone } from '../bundle.ts';
import type { Output } from './rebuild.ts';

/** The page's scripts carry their sources for the browser's debugger. */
export const OUTPUTS: readonly Output[] = [
  {
    what: 'dist/',
    folders: ['service'],
    bundle: async () =>
      Object.fromEntries(Object.entries(await bundlePrograms()).map(([name, text]) => [`dist/${name}`, text])),
  },
  {
    what: 'javascript/headroom.js',
    // Its sentences, and what it works out by itself, are the sidecar's.
    folders: ['frontend-js', 'service'],
    bundle: async () =>
      Object.fromEntries(
        Object.entries(await bundlePages({ forDebugging: true })).map(([name, text]) => [`javascript/${name}`, text]),
      ),
  },
  {
    what: 'javascript/plots/uplot.js',
    folders: ['frontend-js'],
    bundle: async () => ({ 'javascript/plots/uplot.js': await bundlePlots({ forDebugging: true }) }),
  },
  {
    what: 'javascript/standalone/standalone.js',
    folders: ['frontend-js'],
    bundle: async () => ({ 'javascript/standalone/standalone.js': await bundleStandalone({ forDebugging: true }) }),
  },
];
