/** A bare `headroom`: what is here, and what to do next. */
import type { Clock } from '../base/clock.ts';
import type { Sampler } from '../memory/sources/types.ts';
import { systemClock } from '../base/system-clock.ts';
import { runCommand } from '../memory/sources/command.ts';
import { chooseSource, createSampler } from '../memory/sources/registry.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import { openStoreToRead } from '../store/store.ts';
import * as words from '../words/index.ts';
import { inColumns, type Entry } from './columns.ts';
import { firstReadings } from './first-readings.ts';
import { PLAIN, toned } from './look.ts';
import { runningWebuis, type RunningWebui } from './running-webui.ts';
import { VERSION } from './version.ts';
import type { CliWorld } from './world.ts';

export interface StatusMachine {
  readonly clock: Clock;
  readonly createSampler: () => Sampler;
  readonly runningWebuis: () => readonly RunningWebui[];
}

const WIDTH = 10;
const READ_EACH_MS = 200;

export async function printStatus(world: CliWorld, machine = thisMachine(world)): Promise<number> {
  const look = world.look ?? PLAIN;
  const cards = await cardsOf(machine.createSampler(), machine.clock);
  const webuis = machine.runningWebuis();
  const dataDir = world.defaultDataDir();
  const stored = storedIn(dataDir);
  const newest = stored?.newest ?? null;
  const labels = words.STATUS_LABELS;
  const entries: Entry[] = [
    ...cards.words.map((one): Entry => [labels.card, one, cards.ok ? undefined : 'warning']),
    ...webuis.map(({ pid }): Entry => [labels.webui, words.runningWebuiInWords(pid)]),
    ...(webuis.length === 0 ? [[labels.webui, words.NO_WEBUI_RUNS] as const] : []),
    [labels.store, stored === null ? words.noStoreYetInWords(dataDir) : words.runsInStoreInWords(dataDir, stored.runs)],
    ...(newest === null ? [] : [[labels.setUp, setUpOf(newest)] as const]),
  ];
  const steps = stepsFor(cards.ok, newest !== null);
  const lines = [
    toned(`Headroom ${VERSION}: ${words.WHAT_HEADROOM_DOES}`, 'strong', look),
    '',
    ...inColumns(entries, WIDTH, look),
    '',
    toned(labels.next, 'strong', look),
    ...steps.flatMap(([line, what]) => [
      `  ${toned(`# ${what}`, 'quiet', look)}`,
      ...(line === null ? [] : [`  ${line}`]),
    ]),
  ];
  world.out(`${lines.join('\n')}\n`);
  return 0;
}

interface Cards {
  readonly ok: boolean;
  readonly words: readonly string[];
}

async function cardsOf(sampler: Sampler, clock: Clock): Promise<Cards> {
  try {
    const devices = await firstReadings(sampler, READ_EACH_MS, clock);
    const { reason } = sampler.state;
    if (devices.length === 0) return { ok: false, words: [words.reasonInWords(reason ?? 'hung')] };
    return { ok: true, words: devices.map((device) => words.cardInBrief(device)) };
  } finally {
    await sampler.stop();
  }
}

interface Stored {
  readonly runs: number;
  /** The set-up that was last seen. */
  readonly newest: KnownEnvironment | null;
}

/** Null where there is none that can be read. */
function storedIn(dataDir: string): Stored | null {
  const opened = openStoreToRead(dataDir);
  if (!opened.ok) return null;
  const store = opened.value;
  try {
    return { runs: Array.from(store.storedRuns()).length, newest: store.environments(1)[0] ?? null };
  } finally {
    store.close();
  }
}

function setUpOf({ environment, keyHash }: KnownEnvironment): string {
  return words.setUpInWords(environment.checkpoint, environment.device.name, keyHash);
}

/** A line to type, or null where the step is in the WebUI. */
type Step = readonly [line: string | null, what: string];

function stepsFor(seesCard: boolean, knowsSetUp: boolean): Step[] {
  const { doctor, benchmark, estimate, max, top, page, help } = words.NEXT_STEPS;
  return [
    ...(seesCard ? [] : [['headroom doctor', doctor] as const]),
    ...(knowsSetUp
      ? ([
          ['headroom estimate --width 1024 --height 1024', estimate],
          ['headroom max', max],
        ] as const)
      : [[null, benchmark] as const]),
    ...(seesCard ? [['headroom top', top] as const] : []),
    ['headroom serve --standalone', page],
    ['headroom --help', help],
  ];
}

function thisMachine({ env }: CliWorld): StatusMachine {
  const { platform } = process;
  return {
    clock: systemClock,
    createSampler: () =>
      createSampler(chooseSource(null), { clock: systemClock, runCommand, nvidiaSmi: null, platform, env }),
    runningWebuis: () => runningWebuis(),
  };
}
