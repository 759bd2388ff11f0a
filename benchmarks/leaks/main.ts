/** `npm run bench:leaks [-- SEEDS]`: false alarms of the leak watch, and how soon it finds a leak. */
import { delays, falseAlarms } from './judge.ts';
import { NOISES } from './sequences.ts';

const seeds = Number(process.argv[2] ?? 200);

for (const [name, noise] of Object.entries(NOISES)) {
  const alarms = falseAlarms(noise, seeds);
  const found = [10, 20].map((perRunMiB) => {
    const { medianRuns, p95Runs, latestRuns, withinTen, missed } = delays(noise, perRunMiB, seeds);
    const soon = `median ${medianRuns}, 95 % ${p95Runs}, latest ${latestRuns}, within ten ${withinTen}, never ${missed}`;
    return `${perRunMiB} MiB a run: ${soon}`;
  });
  console.log(`${name}: ${alarms} of ${seeds} sessions of 100 runs told of none that is there`);
  for (const line of found) console.log(`    ${line}`);
}
