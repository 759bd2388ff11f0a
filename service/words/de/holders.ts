/** What is told of who holds memory, and of RAM. */
import type { Holder, Holders, ProgramKind, RamFinding, RamReport, Use, WebuiParts } from '../../protocol/holders.ts';
import type { Allocator } from '../../protocol/leak.ts';
import { counted, formatMaybeMiB, formatMiB } from './amounts.ts';

const KINDS: Readonly<Record<ProgramKind, string | null>> = {
  webui: 'die WebUI',
  desktop: 'der Desktop',
  browser: 'ein Browser',
  game: 'Spiele',
  recorder: 'Aufnahme',
  chat: 'Chat',
  other: null,
};
const USES: Readonly<Record<Use, string>> = { compute: 'rechnet', graphics: 'zeichnet', both: 'rechnet und zeichnet' };
const ALLOCATORS: Readonly<Record<Allocator, string>> = {
  tcmalloc: 'TCMalloc',
  jemalloc: 'jemalloc',
  mimalloc: 'mimalloc',
  system: 'dem Allocator des Systems',
};
const UNKNOWN_AMOUNT = 'unbekannt viel';

export function holderInWords({ pid, name, kind, use, usedMiB }: Holder): string {
  const about = [KINDS[kind], use === null ? null : USES[use]].filter((one) => one !== null);
  const what = about.length === 0 ? '' : ` (${about.join(', ')})`;
  return `${pid} ${name}${what}: ${formatMaybeMiB(usedMiB, UNKNOWN_AMOUNT)}`;
}

/** "python, die WebUI (4242)": without its figure. */
export function programInBrief({ pid, name, kind }: Holder): string {
  const what = KINDS[kind];
  return `${name.split(/[\\/]/).at(-1) ?? name}${what === null ? '' : `, ${what}`} (${pid})`;
}

/** One line each, the WebUI's parts first. */
export function holdersInWords({ by, webui, programs, untoldMiB }: Holders): string[] {
  const difference =
    'Der Treiber sagt nicht, was jedes Programm hat: Was andere haben, ist die Differenz zum insgesamt Belegten.';
  return [
    ...(webui === null ? [] : partsInWords(webui)),
    ...programs.filter(({ kind }) => kind !== 'webui').map(holderInWords),
    ...(untoldMiB === null || untoldMiB === 0 ? [] : [`Vom Treiber nicht genannt: ${formatMiB(untoldMiB)}`]),
    ...(by === 'difference' ? [difference] : []),
  ];
}

function partsInWords(parts: WebuiParts): string[] {
  const { weights, otherCheckpoints: others, leftBehindMiB, restMiB, cacheMiB, contextMiB } = parts;
  const where = others?.where === 'card' ? 'auf der Karte' : 'im RAM';
  return [
    ...(weights === null
      ? []
      : [
          `Gewichte: Denoising-Netz ${formatMiB(weights.unetMiB)}, Text-Encoder ` +
            `${formatMiB(weights.textMiB)}, Autoencoder ${formatMiB(weights.vaeMiB)}`,
        ]),
    ...(others === null || others.count === 0
      ? []
      : [`${checkpointsInWords(others.count)} ${where}: ${formatMaybeMiB(others.usedMiB)}`]),
    ...(leftBehindMiB === 0 ? [] : [`Von gescheiterten Generierungen übrig: ${formatMiB(leftBehindMiB)}`]),
    `${weights === null ? 'Gewichte und alles Übrige, was PyTorch hält' : 'Was PyTorch sonst hält'}: ` +
      `${formatMiB(restMiB)}`,
    `Cache, den PyTorch zurückgäbe: ${formatMiB(cacheMiB)}`,
    `CUDA-Kontext: ${formatMaybeMiB(contextMiB)}`,
  ];
}

function checkpointsInWords(count: number): string {
  return counted(count, 'weiterer Checkpoint', 'weitere Checkpoints');
}

export function ramInWords({ totalMiB, availableMiB, committedMiB, commitLimitMiB }: RamReport): string {
  const commit =
    committedMiB === null || commitLimitMiB === null
      ? ''
      : `; Programmen zugesagt ${formatMiB(committedMiB)} von ${formatMiB(commitLimitMiB)}`;
  return `${formatMaybeMiB(availableMiB, UNKNOWN_AMOUNT)} von ${formatMiB(totalMiB)} verfügbar${commit}`;
}

export function webuiRamInWords({ webuiMiB, allocator, library, allocConf }: RamReport): string {
  const by =
    allocator === null ? '' : `, vergeben von ${ALLOCATORS[allocator]}${library === null ? '' : ` (${library})`}`;
  const conf = allocConf === null ? '' : `; der Allocator von PyTorch steht auf ${allocConf}`;
  return `${formatMaybeMiB(webuiMiB)} RAM${by}${conf}`;
}

const RESTART = 'webui.sh nimmt es beim nächsten Start von selbst';

export function ramFindingInWords(finding: RamFinding): string {
  switch (finding.code) {
    case 'no-better-allocator':
      return (
        'Der Allocator des Systems behält freigegebenes RAM in Stücken, daher wächst das RAM der WebUI mit jedem ' +
        `Wechsel des Checkpoints. ${getIt(finding.command)}`
      );
    case 'not-preloaded':
      return (
        `LD_PRELOAD nennt ${finding.library}, geladen ist es aber nicht: Es fehlt oder ist für eine andere ` +
        'Architektur. Aus LD_PRELOAD entfernen, denn webui.sh lädt nur vor, was es findet, wenn dort nichts steht. ' +
        `${getIt(finding.command)}`
      );
    case 'debug-allocator':
      return `${finding.library} ist zur Fehlersuche da und langsam. ${getIt(finding.command)}`;
    case 'ram-short':
      return (
        `Das RAM ist knapp: ${formatMiB(finding.availableMiB)} sind verfügbar, und einen Checkpoint zu laden kann ` +
        `${formatMiB(finding.wantedMiB)} brauchen. Programme schließen oder weniger Checkpoints im RAM behalten.`
      );
    case 'commit-short':
      return (
        `Das System hat Programmen ${formatMiB(finding.committedMiB)} von höchstens ${formatMiB(finding.limitMiB)} ` +
        `zugesagt: Die nächsten ${formatMiB(finding.wantedMiB)} kann es verweigern, auch auf der Karte. ` +
        'Auslagerungsdatei (Swap) vergrößern.'
      );
    case 'checkpoints-in-ram':
      return (
        `${checkpointsInWords(finding.count)} ${finding.count === 1 ? 'liegt' : 'liegen'} im RAM: ` +
        '"Maximum number of checkpoints loaded at the same time" unter Settings bestimmt, wie viele.'
      );
  }
}

function getIt(command: string | null): string {
  return command === null
    ? `TCMalloc behebt das: gperftools installieren; ${RESTART}.`
    : `TCMalloc behebt das: ${command}; ${RESTART}.`;
}
