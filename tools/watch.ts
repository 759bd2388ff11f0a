/**
 * `npm run watch`: builds the sidecar and the page again after each change of their sources. A running WebUI takes the
 * new sidecar after a restart, the page with a reload. `npm run build` writes both as they are committed.
 */
import { ROOT } from './node24.mjs';
import { OUTPUTS } from './watch/outputs.ts';
import { rebuild } from './watch/rebuild.ts';

await rebuild(ROOT, OUTPUTS, ({ what, tookMs }) =>
  console.log(`[watch] ${what}  ${tookMs === null ? 'not built' : `${Math.round(tookMs)} ms`}`),
);
console.log('[watch] waiting for changes; Ctrl-C ends it');
