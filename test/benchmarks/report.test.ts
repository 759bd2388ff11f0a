import { describe, expect, test } from '@jest/globals';
import { sectionOf, withSection } from '../../benchmarks/report.ts';

const page = '# Benchmarks\n\n<!-- begin a -->\nold\n<!-- end a -->\n\nby hand\n';

describe('a section of the report', () => {
  test('replaces what stood between its markers and keeps the rest', () => {
    expect(withSection(page, 'a', 'new')).toBe('# Benchmarks\n\n<!-- begin a -->\nnew\n<!-- end a -->\n\nby hand\n');
  });

  test('is appended where it is new', () => {
    expect(withSection(page, 'b', 'fresh')).toBe(`${page.trimEnd()}\n\n<!-- begin b -->\nfresh\n<!-- end b -->\n`);
  });

  test('is read as it was written, and is empty where it is not there', () => {
    expect(sectionOf(page, 'a')).toBe('old');
    expect(sectionOf(page, 'b')).toBe('');
  });

  test('stays the same when written twice', () => {
    const once = withSection(page, 'b', 'fresh');
    expect(withSection(once, 'b', 'fresh')).toBe(once);
  });
});
