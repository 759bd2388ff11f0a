/** `headroom top`: who holds the card's memory, live in a terminal, else once. */
import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/system-clock.ts';
import { runCommand } from '../../memory/sources/command.ts';
import { chooseSource, createSampler } from '../../memory/sources/registry.ts';
import { hasFigures, type DeviceReading, type Sampler } from '../../memory/sources/types.ts';
import { jsonLine } from '../../store/json-line.ts';
import * as words from '../../words/index.ts';
import { readArgs } from '../args.ts';
import { firstReadings } from '../first-readings.ts';
import { PLAIN } from '../look.ts';
import { misunderstood } from '../misunderstood.ts';
import { onSignal } from '../process.ts';
import { runningWebuis, webuiOf, type RunningWebui } from '../running-webui.ts';
import { lastRunIn } from '../top/last-run.ts';
import { openScreen, type Screen } from '../top/screen.ts';
import { snapshotOf, type LastRun, type Snapshot } from '../top/snapshot.ts';
import { topLines } from '../top/view.ts';
import type { Verb } from '../verb.ts';
import type { CliWorld } from '../world.ts';

export const VERB: Verb<'top'> = {
  name: 'top',
  arguments: [],
  options: { 'interval-ms': 'N', 'data-dir': 'DIR', 'nvidia-smi': 'FILE', json: null },
  answer: (args, world) => runTop(args, world),
};

export interface TopMachine {
  readonly clock: Clock;
  readonly createSampler: (nvidiaSmi: string | null) => Sampler;
  readonly runningWebuis: () => readonly RunningWebui[];
  readonly lastRunIn: (dataDir: string) => LastRun | null;
  /** Null where no terminal is. */
  readonly screen: Screen | null;
  readonly onSignal: (callback: () => void) => void;
}

const INTERVAL_MS = { least: 200, usual: 1000, most: 60_000 };

/** 0 where there was something to show, 1 where no memory can be read, 2 for what is not understood. */
export async function runTop(args: readonly string[], world: CliWorld, machine = thisMachine(world)): Promise<number> {
  const parsed = readArgs(args, VERB.options);
  if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
  const { text, flag } = parsed.value;
  const interval = text('interval-ms') ?? String(INTERVAL_MS.usual);
  const intervalMs = /^\d{1,5}$/.test(interval) ? Number(interval) : 0;
  if (intervalMs < INTERVAL_MS.least || intervalMs > INTERVAL_MS.most)
    return misunderstood(VERB.name, words.intervalInWords(INTERVAL_MS.least, INTERVAL_MS.most), world);
  const sampler = machine.createSampler(text('nvidia-smi'));
  try {
    const devices = await firstReadings(sampler, INTERVAL_MS.least, machine.clock);
    const look = looker(sampler, text('data-dir'), world, machine);
    const first = await look(devices);
    if (first === null) {
      world.err(`headroom top: ${words.reasonInWords(sampler.state.reason ?? 'no-memory-figures')}\n`);
      return 1;
    }
    if (flag('json')) world.out(jsonLine({ ok: true, schemaVersion: 1, ...first }));
    else if (machine.screen === null) world.out(`${topLines(first, [first.card.usedMiB], PLAIN).join('\n')}\n`);
    else await showLive(first, devices, look, intervalMs, sampler, machine.screen, world, machine);
    return 0;
  } finally {
    await sampler.stop();
  }
}

type LookAt = (devices: readonly DeviceReading[]) => Promise<Snapshot | null>;

/** At the card with the most in use: where there are several, the one that works. */
function looker(sampler: Sampler, dataDir: string | null, world: CliWorld, machine: TopMachine): LookAt {
  return async (devices) => {
    const [device] = devices.filter(hasFigures).toSorted((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0));
    if (device === undefined) return null;
    const folder = dataDir ?? world.defaultDataDir();
    const webuiPid = webuiOf(folder, machine.runningWebuis());
    const processes = await sampler.readProcesses(device.uuid);
    return snapshotOf(machine.clock.nowMs(), device, processes, webuiPid, machine.lastRunIn(folder));
  };
}

const MINUTES_SHOWN = 5;

async function showLive(
  first: Snapshot,
  firstDevices: readonly DeviceReading[],
  look: LookAt,
  intervalMs: number,
  sampler: Sampler,
  screen: Screen,
  world: CliWorld,
  { clock, onSignal: onEndSignal }: TopMachine,
): Promise<void> {
  const most = Math.ceil((MINUTES_SHOWN * 60_000) / intervalMs);
  const history: number[] = [];
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const open = openScreen(screen, () => end());
  onEndSignal(() => end());
  const draw = (snapshot: Snapshot): void => {
    history.push(snapshot.card.usedMiB);
    history.splice(0, history.length - most);
    const shown = { columns: screen.columns(), colour: world.look?.colour ?? false };
    open.draw([...topLines(snapshot, history, shown), '', words.HOW_TO_END_TOP]);
  };
  draw(first);
  let devices = firstDevices;
  const unsubscribe = sampler.subscribe((event) => {
    if (event.type === 'sample') ({ devices } = event.sample);
    // What was last read is not shown as if it were current.
    else if (event.state.health !== 'ok') devices = [];
  });
  sampler.setIntervalMs(intervalMs);
  let timer: { clear(): void } | null = null;
  const plan = (): void => {
    timer = clock.setTimeout(() => {
      void look(devices).then((snapshot) => {
        if (snapshot === null)
          open.draw([words.reasonInWords(sampler.state.reason ?? 'hung'), '', words.HOW_TO_END_TOP]);
        else draw(snapshot);
        if (timer !== null) plan();
      });
    }, intervalMs);
  };
  plan();
  await ended;
  (timer as { clear(): void } | null)?.clear();
  timer = null;
  unsubscribe();
  open.close();
}

function thisMachine({ env, look }: CliWorld): TopMachine {
  const { platform, stdin, stdout } = process;
  return {
    clock: systemClock,
    createSampler: (nvidiaSmi) =>
      createSampler(chooseSource(null), { clock: systemClock, runCommand, nvidiaSmi, platform, env }),
    runningWebuis: () => runningWebuis(),
    lastRunIn,
    screen:
      (look?.columns ?? null) === null || !stdin.isTTY
        ? null
        : {
            columns: () => stdout.columns,
            write: (text) => void stdout.write(text),
            onKey: (listener) => {
              const onData = (key: Buffer): void => listener(key.toString('latin1'));
              stdin.setRawMode(true);
              stdin.on('data', onData).resume();
              return () => {
                stdin.off('data', onData).pause();
                stdin.setRawMode(false);
              };
            },
          },
    onSignal,
  };
}
