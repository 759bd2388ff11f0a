/** What is told of who holds memory, and of RAM. */
import type { Holder, Holders, ProgramKind, RamFinding, RamReport, Use, WebuiParts } from '../../protocol/holders.ts';
import type { Allocator } from '../../protocol/leak.ts';
import { counted, formatMaybeMiB, formatMiB } from './amounts.ts';

const KINDS: Readonly<Record<ProgramKind, string | null>> = {
  webui: 'the WebUI',
  desktop: 'the desktop',
  browser: 'a browser',
  game: 'games',
  recorder: 'recording',
  chat: 'chat',
  other: null,
};
const USES: Readonly<Record<Use, string>> = { compute: 'computes', graphics: 'draws', both: 'computes and draws' };
const ALLOCATORS: Readonly<Record<Allocator, string>> = {
  tcmalloc: 'TCMalloc',
  jemalloc: 'jemalloc',
  mimalloc: 'mimalloc',
  system: "the system's own allocator",
};

export function holderInWords({ pid, name, kind, use, usedMiB }: Holder): string {
  const about = [KINDS[kind], use === null ? null : USES[use]].filter((one) => one !== null);
  const what = about.length === 0 ? '' : ` (${about.join(', ')})`;
  return `${pid} ${name}${what}: ${formatMaybeMiB(usedMiB, 'an unknown amount')}`;
}

/** "python, the WebUI (4242)": without its figure. */
export function programInBrief({ pid, name, kind }: Holder): string {
  const what = KINDS[kind];
  return `${name.split(/[\\/]/).at(-1) ?? name}${what === null ? '' : `, ${what}`} (${pid})`;
}

/** One line each, the WebUI's parts first. */
export function holdersInWords({ by, webui, programs, untoldMiB }: Holders): string[] {
  const difference =
    'The driver does not tell what each program has: what others have is the difference to what is used in all.';
  return [
    ...(webui === null ? [] : partsInWords(webui)),
    ...programs.filter(({ kind }) => kind !== 'webui').map(holderInWords),
    ...(untoldMiB === null || untoldMiB === 0 ? [] : [`Not told by the driver: ${formatMiB(untoldMiB)}`]),
    ...(by === 'difference' ? [difference] : []),
  ];
}

function partsInWords(parts: WebuiParts): string[] {
  const { weights, otherCheckpoints: others, leftBehindMiB, restMiB, cacheMiB, contextMiB } = parts;
  const where = others?.where === 'card' ? 'on the card' : 'in RAM';
  return [
    ...(weights === null
      ? []
      : [
          `Weights: denoising network ${formatMiB(weights.unetMiB)}, text encoder ` +
            `${formatMiB(weights.textMiB)}, autoencoder ${formatMiB(weights.vaeMiB)}`,
        ]),
    ...(others === null || others.count === 0
      ? []
      : [`${counted(others.count, 'other checkpoint')} ${where}: ${formatMaybeMiB(others.usedMiB)}`]),
    ...(leftBehindMiB === 0 ? [] : [`Left by generations that failed: ${formatMiB(leftBehindMiB)}`]),
    `${weights === null ? 'Weights and all else that PyTorch holds' : 'What else PyTorch holds'}: ` +
      `${formatMiB(restMiB)}`,
    `Cache that PyTorch would give back: ${formatMiB(cacheMiB)}`,
    `CUDA context: ${formatMaybeMiB(contextMiB)}`,
  ];
}

export function ramInWords({ totalMiB, availableMiB, committedMiB, commitLimitMiB }: RamReport): string {
  const commit =
    committedMiB === null || commitLimitMiB === null
      ? ''
      : `; promised to programs ${formatMiB(committedMiB)} of ${formatMiB(commitLimitMiB)}`;
  return `${formatMaybeMiB(availableMiB, 'an unknown amount')} of ${formatMiB(totalMiB)} available${commit}`;
}

export function webuiRamInWords({ webuiMiB, allocator, library, allocConf }: RamReport): string {
  const by =
    allocator === null ? '' : `, handed out by ${ALLOCATORS[allocator]}${library === null ? '' : ` (${library})`}`;
  const conf = allocConf === null ? '' : `; PyTorch's allocator is set to ${allocConf}`;
  return `${formatMaybeMiB(webuiMiB)} of RAM${by}${conf}`;
}

const RESTART = 'webui.sh takes it by itself at the next start';

export function ramFindingInWords(finding: RamFinding): string {
  switch (finding.code) {
    case 'no-better-allocator':
      return (
        "The system's own allocator keeps freed RAM in pieces, so the WebUI's RAM grows with each switch of " +
        `checkpoints. ${getIt(finding.command)}`
      );
    case 'not-preloaded':
      return (
        `LD_PRELOAD names ${finding.library}, and it is not loaded: it is not there, or of another architecture. ` +
        'Take it out of LD_PRELOAD, for webui.sh preloads what it finds only where nothing is. ' +
        `${getIt(finding.command)}`
      );
    case 'debug-allocator':
      return `${finding.library} is made for looking for mistakes, and slow. ${getIt(finding.command)}`;
    case 'ram-short':
      return (
        `RAM is short: ${formatMiB(finding.availableMiB)} available, and loading a checkpoint may take ` +
        `${formatMiB(finding.wantedMiB)}. Close programs, or keep fewer checkpoints in RAM.`
      );
    case 'commit-short':
      return (
        `The system has promised ${formatMiB(finding.committedMiB)} of at most ${formatMiB(finding.limitMiB)} to ` +
        `programs: the next ${formatMiB(finding.wantedMiB)} may be refused, on the card too. Make the page file ` +
        '(swap) larger.'
      );
    case 'checkpoints-in-ram':
      return (
        `${counted(finding.count, 'other checkpoint')} ${finding.count === 1 ? 'is' : 'are'} kept in RAM: ` +
        '"Maximum number of checkpoints loaded at the same time" under Settings says how many.'
      );
  }
}

function getIt(command: string | null): string {
  return command === null
    ? `TCMalloc ends that: install gperftools, and ${RESTART}.`
    : `TCMalloc ends that: ${command}, and ${RESTART}.`;
}
