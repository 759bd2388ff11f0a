import { expect, test } from '@jest/globals';
import type { TreeMemory } from '../../../service/memory/sources/process/tree.ts';
import type { Sampler, SamplerEvent } from '../../../service/memory/sources/types.ts';
import { startCourse } from '../../../service/recording/course.ts';
import type { Line } from '../../../service/recording/format.ts';
import { createFakeClock } from '../base/fake-clock.ts';
import { HEADER } from './examples.ts';

const PROGRAM = 50;
const CHILD = 60;
const DESKTOP = 70;

/** The child is on the device at once; whoever looks through all processes seldom has not seen it yet. */
function treeOf(seldom: readonly number[], now: readonly number[]) {
  const memory = (pids: readonly number[]): TreeMemory => ({
    residentMiB: 100,
    usedMiB: 4000,
    totalMiB: 16_000,
    pids: new Set(pids),
  });
  return { seesWholeTree: true, read: (looksNow = false) => memory(looksNow ? now : seldom) };
}

async function othersTold(tree: ReturnType<typeof treeOf>): Promise<Line[]> {
  const clock = createFakeClock();
  const lines: Line[] = [];
  let tell: (event: SamplerEvent) => void = () => undefined;
  const sampler: Sampler = {
    state: { health: 'ok' } as Sampler['state'],
    driverVersion: null,
    start: () => undefined,
    setIntervalMs: () => undefined,
    subscribe: (listener) => {
      tell = listener;
      return () => undefined;
    },
    readProcesses: () =>
      Promise.resolve([PROGRAM, CHILD, DESKTOP].map((pid) => ({ pid, name: `program ${pid}`, usedMiB: 10 * pid }))),
    stop: () => Promise.resolve(),
  };
  const course = startCourse({
    ...{ clock, sampler, tree, devices: HEADER.devices, deviceLack: null, intervalMs: 100 },
    write: (line) => lines.push(line),
    onSample: () => undefined,
  });
  const [device] = HEADER.devices;
  const reading = { type: 'sample', sample: { devices: [{ ...device, usedMiB: 2300 }] } } as unknown as SamplerEvent;
  for (let readings = 0; readings < 4; readings += 1) {
    tell(reading);
    await clock.advance(100);
  }
  await course.stop();
  return lines.filter(({ type }) => type === 'programs');
}

test("a child that the driver lists before it was seen among the processes is the program's, and no other's", async () => {
  const [first] = await othersTold(treeOf([PROGRAM], [PROGRAM, CHILD]));
  expect(first).toMatchObject({ programMiB: 1100, others: [{ name: 'program 70' }] });
});

test('one that has ended since the driver listed it was seen before, and counts as well', async () => {
  const [first] = await othersTold(treeOf([PROGRAM, CHILD], [PROGRAM]));
  expect(first).toMatchObject({ programMiB: 1100, others: [{ name: 'program 70' }] });
});
