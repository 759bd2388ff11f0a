/** What is told of idle memory that grows from run to run. */
import type { Circumstance, Growing, Leak } from '../../protocol/leak.ts';
import { counted, formatMiB } from './amounts.ts';

const WHAT: Readonly<Record<Growing, string>> = {
  torch: 'What PyTorch holds while nothing is generated',
  context: "The WebUI's memory on the card outside PyTorch",
  others: "Other programs' memory",
  beside: "What is used outside PyTorch (by the WebUI's context or by other programs; the driver does not say which)",
  ram: "The WebUI's RAM",
};

const REMEDY: Readonly<Record<Growing, string>> = {
  torch: 'Restarting the WebUI frees it.',
  context: 'Restarting the WebUI frees it.',
  others: 'Closing the program frees it.',
  beside: 'Restarting the WebUI shows whose it is.',
  ram: 'Restarting the WebUI frees it.',
};

export function leakInWords({ growing, perRunMiB, grownMiB, runs, sinceMs, suspect, allocator }: Leak): string {
  const since = `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const growth =
    `grows by about ${formatMiB(perRunMiB)} a run: ${formatMiB(grownMiB)} in ${counted(runs, 'run')} since ` +
    `${since}`;
  const cause =
    suspect === null
      ? ''
      : suspect.how === 'with'
        ? `, with each run that ${HAS[suspect.circumstance.code](suspect.circumstance)}`
        : `, when the first run came that ${HAS[suspect.circumstance.code](suspect.circumstance)}`;
  const heap =
    allocator === 'system'
      ? " The system's own allocator keeps freed RAM in pieces: TCMalloc ends that (headroom doctor tells how to " +
        'get it).'
      : '';
  return `${WHAT[growing]} ${growth}${cause}. ${REMEDY[growing]}${heap}`;
}

const HAS: Readonly<Record<Circumstance['code'], (circumstance: Circumstance) => string>> = {
  checkpoint: () => 'follows a switch of checkpoints',
  'out-of-memory': () => 'ran out of memory',
  interrupted: () => 'was interrupted',
  failed: () => 'failed',
  extra: (circumstance) => `had ${circumstance.code === 'extra' ? circumstance.extra : 'extras'}`,
};
