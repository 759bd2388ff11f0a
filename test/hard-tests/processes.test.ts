import { describe, expect, test } from '@jest/globals';
import { HAS_PROC, cpuMs } from '../hard/processes.ts';

const onLinux = HAS_PROC ? describe : describe.skip;

onLinux('what /proc tells of a process', () => {
  test('CPU time grows by what was used, as getrusage counts it', () => {
    const [usage, ms] = [process.cpuUsage(), cpuMs(process.pid)];
    while (process.cpuUsage(usage).user < 200_000) Math.sqrt(2);
    const grownMs = cpuMs(process.pid) - ms;
    const { user, system } = process.cpuUsage(usage);
    expect(grownMs).toBeGreaterThan((0.8 * (user + system)) / 1000);
    expect(grownMs).toBeLessThan((1.2 * (user + system)) / 1000);
  });
});
