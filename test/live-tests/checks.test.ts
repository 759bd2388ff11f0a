import { describe, expect, test } from '@jest/globals';
import { Checks } from '../live/checks.ts';
import { Cleanup } from '../live/cleanup.ts';

describe('checks', () => {
  test('are counted and told as they come', () => {
    const told: string[] = [];
    const checks = new Checks(({ title, passed }) => told.push(`${title} ${passed}`));
    checks.add('one', true);
    checks.equal('two', { a: 1 }, { a: 2 });
    expect(told).toEqual(['one true', 'two false']);
    expect([checks.passed, checks.failed]).toEqual([1, 1]);
  });

  test('count a part that throws as one failure, and go on', async () => {
    const checks = new Checks(() => undefined);
    expect(await checks.part('broken', () => Promise.reject(new Error('why')))).toBe(false);
    expect(await checks.part('whole', () => Promise.resolve())).toBe(true);
    expect(checks.results).toEqual([{ title: 'broken', passed: false, detail: 'why' }]);
  });
});

describe('clean-up', () => {
  test('goes backwards, once, and past what fails', async () => {
    const done: number[] = [];
    const failures: unknown[] = [];
    const cleanup = new Cleanup((error) => failures.push(error));
    cleanup.add(() => void done.push(1));
    cleanup.add(() => Promise.reject(new Error('no')));
    cleanup.add(() => void done.push(3));
    await Promise.all([cleanup.run(), cleanup.run()]);
    expect(done).toEqual([3, 1]);
    expect(failures).toEqual([new Error('no')]);
  });
});
