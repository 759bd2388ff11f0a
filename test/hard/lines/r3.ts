/** The driver's program hangs, degrades, or loses its card, as real processes of the simulated card. */
import type { SourceState } from '../../../service/protocol/source.ts';
import type { ViewerClient } from '../../../tools/viewer-client.ts';
import type { Check, HardContext, HardLine } from '../line.ts';
import { HAS_PROC, NEEDS_PROC, childrenOf, pause, timeUntil } from '../processes.ts';
import { createRandom } from '../random.ts';
import { startSidecarRig, type SidecarRig } from '../sidecar-rig.ts';

const ROUNDS = 10;
const TOLD_WITHIN_MS = 3_000;
const BACK_WITHIN_MS = 5_000;
const LIMIT_MS = 20_000;

interface Watch {
  readonly source: () => SourceState | null;
  readonly samples: () => number;
  /** The most programs of the driver's that lived at one time since the last call. */
  mostChildren(): number;
  end(): void;
}

function watch(rig: SidecarRig, viewer: ViewerClient): Watch {
  let samples = 0;
  let most = 0;
  const stopListening = viewer.onMessage((message) => {
    if (message.type === 'memory') samples += 1;
  });
  const timer = setInterval(() => {
    most = Math.max(most, childrenOf(rig.sidecar.pid).length);
  }, 25);
  return {
    source: () => viewer.state()?.source ?? null,
    samples: () => samples,
    mostChildren: () => {
      const seen = most;
      most = 0;
      return seen;
    },
    end: () => {
      stopListening();
      clearInterval(timer);
    },
  };
}

interface Fault {
  readonly name: string;
  readonly what: string;
  readonly health: SourceState['health'];
}

const FAULTS: readonly Fault[] = [
  { name: 'hang', what: 'nvidia-smi hangs', health: 'stale' },
  { name: 'hang-unkillable', what: 'nvidia-smi hangs and SIGTERM does not end it', health: 'stale' },
  { name: 'lost', what: 'the card is lost', health: 'unavailable' },
];

async function failAndReturn(
  rig: SidecarRig,
  seen: Watch,
  { name, what, health }: Fault,
  rounds: number,
  pauseMs: () => number,
): Promise<Check[]> {
  const toldMs: number[] = [];
  const backMs: number[] = [];
  let children = 0;
  for (let round = 0; round < rounds; round += 1) {
    await pause(pauseMs());
    setFault(rig, name);
    toldMs.push((await timeUntil(() => seen.source()?.health === health, LIMIT_MS)) ?? Infinity);
    // A card that is lost stays lost for a while, and a child that hangs goes on hanging.
    await pause(pauseMs());
    children = Math.max(children, seen.mostChildren());
    const before = seen.samples();
    setFault(rig, null);
    backMs.push(
      (await timeUntil(() => seen.source()?.health === 'ok' && seen.samples() > before, LIMIT_MS)) ?? Infinity,
    );
    children = Math.max(children, seen.mostChildren());
  }
  const [told, back] = [Math.max(...toldMs), Math.max(...backMs)];
  return [
    {
      what: `${what}: told`,
      n: rounds,
      passed: told <= TOLD_WITHIN_MS,
      figure: `after at most ${told.toFixed(0)} ms (<= ${TOLD_WITHIN_MS})`,
    },
    {
      what: `${what}: resumed once it is over`,
      n: rounds,
      passed: back <= BACK_WITHIN_MS,
      figure: `after at most ${back.toFixed(0)} ms (<= ${BACK_WITHIN_MS})`,
    },
    {
      what: `${what}: programs of the driver's at a time`,
      n: rounds,
      passed: children <= 1,
      figure: `at most ${children} (<= 1)`,
    },
  ];
}

/** One good round, then errors for ever: only single calls help, one a second and the time that each takes. */
async function degrade(rig: SidecarRig, seen: Watch): Promise<Check> {
  setFault(rig, 'degrade');
  await pause(6_000);
  const before = seen.samples();
  const wentStale = (await timeUntil(() => seen.source()?.health !== 'ok', 10_000)) !== null;
  const samples = seen.samples() - before;
  setFault(rig, null);
  return {
    what: 'the loop gives one good round and then errors: single calls go on',
    n: '10 s',
    passed: samples >= 5 && !wentStale,
    figure: `${samples} readings (>= 5), ${wentStale ? 'stale in between' : 'never stale'}`,
  };
}

function setFault(rig: SidecarRig, fault: string | null): void {
  rig.card.fault = fault;
  rig.card.write();
}

async function run({ count, seed, say }: HardContext): Promise<Check[]> {
  const random = createRandom(seed);
  const rig = await startSidecarRig();
  const viewer = await rig.connectViewer();
  const seen = watch(rig, viewer);
  const checks: Check[] = [];
  try {
    if ((await timeUntil(() => seen.source()?.health === 'ok', LIMIT_MS)) === null)
      throw new Error('the simulated card was not read');
    for (const fault of FAULTS) {
      checks.push(...(await failAndReturn(rig, seen, fault, count(ROUNDS), () => 500 + random.below(3000))));
      say(`${fault.name} done`);
    }
    checks.push(await degrade(rig, seen));
  } finally {
    seen.end();
    viewer.close();
    // A child that does not end by SIGTERM would outlive its time otherwise.
    setFault(rig, null);
    await rig.stop();
  }
  return checks;
}

export const line: HardLine = {
  id: 'R3',
  holds: 'a driver that fails is told in time, never piles up processes, and is used again once it is back',
  run: (context) =>
    HAS_PROC ? run(context) : Promise.resolve([{ what: 'faults', n: 0, passed: null, figure: NEEDS_PROC }]),
};
