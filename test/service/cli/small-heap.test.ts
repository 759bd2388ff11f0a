import { describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { settingsFor } from '../../../service/cli/small-heap.ts';

const CLI = pathToFileURL(join(import.meta.dirname, '../../../service/cli/')).href;
/** V8 waits 8 s before it collects again. */
const LONG_MS = 12_000;

/**
 * In a process of its own, for V8's settings are a process's: how often V8 collected by itself after it was made to.
 */
async function collectionsAfterOurs(settings: string): Promise<number> {
  const code = `
    import { PerformanceObserver, constants } from 'node:perf_hooks';
    import { setFlagsFromString } from 'node:v8';
    import { ownHeap } from '${CLI}collector.ts';
    import { keepHeapSmall } from '${CLI}small-heap.ts';
    ${settings}
    let garbage = Array.from({ length: 1e6 }, () => ({}));
    garbage = null;
    ownHeap().collect();
    let collections = 0;
    new PerformanceObserver((seen) => {
      collections += seen.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length;
    }).observe({ entryTypes: ['gc'] });
    await new Promise((waited) => setTimeout(waited, ${LONG_MS}));
    console.log(collections);`;
  return Number((await execa(process.execPath, ['--input-type=module', '--eval', code])).stdout);
}

describe('a heap that is kept small', () => {
  it('is not collected twice more after it was, as V8 by itself does', async () => {
    const [kept, left] = await Promise.all([
      collectionsAfterOurs('keepHeapSmall();'),
      collectionsAfterOurs(`keepHeapSmall(); setFlagsFromString('--memory-reducer-gc-count=2');`),
    ]);
    expect(kept).toBe(0);
    expect(left).toBeGreaterThan(0);
  });

  it('is so without a word on stderr, by settings that this V8 knows', async () => {
    const { stderr } = await execa(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { keepHeapSmall } from '${CLI}small-heap.ts'; keepHeapSmall();`,
    ]);
    expect(stderr).toBe('');
  });

  it.each([
    { node: '24.15', v8Version: '13.6.233.17-node.37', known: true },
    { node: '25.9', v8Version: '14.1.146.11-node.25', known: false },
    { node: '26.10', v8Version: '14.6.202.34-node.34', known: false },
  ])('is not asked of Node.js $node by a setting that it has no more', ({ v8Version, known }) => {
    expect(settingsFor(v8Version).includes('--no-separate-gc-phases')).toBe(known);
  });
});
