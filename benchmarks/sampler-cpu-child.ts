/** Samples at the interval given, for the time given (ms both), and prints how much CPU this process alone used. */
import { systemClock } from '../service/base/system-clock.ts';
import { runCommand } from '../service/memory/sources/command.ts';
import { chooseSource, createSampler } from '../service/memory/sources/registry.ts';

const WARM_UP_MS = 2000;
const [intervalMs = 100, durationMs = 10_000] = process.argv.slice(2).map(Number);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let samples = 0;
const sampler = createSampler(chooseSource(null), {
  clock: systemClock,
  runCommand,
  nvidiaSmi: null,
  platform: process.platform,
  env: process.env,
});
sampler.subscribe((event) => {
  if (event.type === 'sample') samples += 1;
});
sampler.start();
sampler.setIntervalMs(intervalMs);
await wait(WARM_UP_MS);
samples = 0;
const before = process.cpuUsage();
await wait(durationMs);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ samples, cpuShare: (user + system) / 1000 / durationMs }));
await sampler.stop();
