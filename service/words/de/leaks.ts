/** What is told of idle memory that grows from run to run. */
import type { Circumstance, Growing, Leak } from '../../protocol/leak.ts';
import { counted, formatMiB } from './amounts.ts';

const WHAT: Readonly<Record<Growing, string>> = {
  torch: 'Was PyTorch hält, während nichts generiert wird,',
  context: 'Der Speicher der WebUI auf der Karte außerhalb von PyTorch',
  others: 'Der Speicher anderer Programme',
  beside:
    'Was außerhalb von PyTorch belegt ist (vom Kontext der WebUI oder von anderen Programmen; der Treiber sagt nicht, ' +
    'von wem),',
  ram: 'Das RAM der WebUI',
};

const REMEDY: Readonly<Record<Growing, string>> = {
  torch: 'Ein Neustart der WebUI gibt es frei.',
  context: 'Ein Neustart der WebUI gibt ihn frei.',
  others: 'Das Programm zu schließen gibt ihn frei.',
  beside: 'Ein Neustart der WebUI zeigt, wem es gehört.',
  ram: 'Ein Neustart der WebUI gibt es frei.',
};

export function leakInWords({ growing, perRunMiB, grownMiB, runs, sinceMs, suspect, allocator }: Leak): string {
  const since = `${new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const growth =
    `wächst um etwa ${formatMiB(perRunMiB)} pro Lauf: ${formatMiB(grownMiB)} in ` +
    `${counted(runs, 'Lauf', 'Läufen')} seit ${since}`;
  const cause =
    suspect === null
      ? ''
      : suspect.how === 'with'
        ? `, mit jedem Lauf, der ${HAS[suspect.circumstance.code](suspect.circumstance)}`
        : `, seit dem ersten Lauf, der ${HAS[suspect.circumstance.code](suspect.circumstance)}`;
  const heap =
    allocator === 'system'
      ? ' Der Allocator des Systems behält freigegebenes RAM in Stücken: TCMalloc behebt das (headroom doctor sagt, ' +
        'woher).'
      : '';
  return `${WHAT[growing]} ${growth}${cause}. ${REMEDY[growing]}${heap}`;
}

const HAS: Readonly<Record<Circumstance['code'], (circumstance: Circumstance) => string>> = {
  checkpoint: () => 'auf einen Wechsel des Checkpoints folgt',
  'out-of-memory': () => 'am Speicher scheiterte',
  interrupted: () => 'abgebrochen wurde',
  failed: () => 'scheiterte',
  extra: (circumstance) => `${circumstance.code === 'extra' ? circumstance.extra : 'Extras'} hatte`,
};
