/** The devices that are there before a program is started. */
import type { Clock } from '../base/clock.ts';
import { createWaiter } from '../base/waiter.ts';
import type { DeviceReading, Sampler } from '../memory/sources/types.ts';

/**
 * A driver that sleeps takes 1.5 s for a card, and more on a machine that is busy; one that hangs is not waited for.
 */
const FIRST_READING_MS = 10_000;

/**
 * Those that are there before the program is; none where the source says that it has none, or says nothing in time. Two
 * of them: with the second the source has found its pace.
 */
export async function firstReadings(
  sampler: Sampler,
  intervalMs: number,
  clock: Clock,
): Promise<readonly DeviceReading[]> {
  const waiter = createWaiter(clock);
  let devices: readonly DeviceReading[] = [];
  const unsubscribe = sampler.subscribe((event) => {
    if (event.type === 'state') return event.state.health === 'unavailable' ? waiter.wake() : undefined;
    if (devices.length > 0) waiter.wake();
    ({ devices } = event.sample);
  });
  sampler.setIntervalMs(intervalMs);
  const waited = waiter.wait(FIRST_READING_MS);
  sampler.start();
  if (sampler.state.health === 'unavailable') waiter.wake();
  await waited;
  unsubscribe();
  return devices;
}
