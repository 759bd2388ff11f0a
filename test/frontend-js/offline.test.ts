import { describe, expect, test } from '@jest/globals';
import { isOffline, whyOffline } from '../../frontend-js/offline.ts';
import { offlineInWords } from '../../service/words/index.ts';

describe('a page without a connection', () => {
  test.each([
    [401, 'logged-out'],
    [200, 'refused'],
    [404, 'refused'],
    [403, 'refused'],
    [500, 'gone'],
    [502, 'gone'],
    [504, 'gone'],
  ] as const)('where the WebUI answers with %d is told: %s', async (status, why) => {
    expect(await whyOffline(() => Promise.resolve({ status }))).toBe(why);
  });

  test('is told that the WebUI does not answer where it does not', async () => {
    expect(await whyOffline(() => Promise.reject(new TypeError('Failed to fetch')))).toBe('gone');
  });

  test('is told what to do; while it connects nothing is said', () => {
    expect((['gone', 'logged-out', 'refused'] as const).map(offlineInWords)).toEqual([
      expect.stringMatching(/Reload/),
      expect.stringMatching(/log in/),
      expect.stringMatching(/console/),
    ]);
    expect(['gone', 'open', 'connecting', 'constructor'].map(isOffline)).toEqual([true, false, false, false]);
  });
});
