import { describe, expect, test } from '@jest/globals';
import { Permission, shelfOf, type Shelf } from '../../../frontend-js/generate/permission.ts';

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

const LARGE = { width: 2048, height: 2048 };

describe('a press of Generate', () => {
  test('is asked about as long as nobody has said otherwise', () => {
    expect(new Permission(shelf()).asks(LARGE)).toBe(true);
  });

  test('is not asked about for settings that were passed for good, and for all others still', () => {
    const permission = new Permission(shelf());
    permission.passAlways({ ...LARGE });
    expect(permission.asks(LARGE)).toBe(false);
    expect(permission.asks({ ...LARGE, width: 1024 })).toBe(true);
  });

  test('is never asked about once that is off, after the page is loaded again too', () => {
    const kept = shelf();
    const permission = new Permission(kept);
    const told: boolean[] = [];
    permission.onChange = () => told.push(permission.off);
    permission.off = true;
    expect([permission.asks(LARGE), new Permission(kept).asks(LARGE), told]).toEqual([false, false, [true]]);
    permission.off = false;
    expect(new Permission(kept).asks(LARGE)).toBe(true);
  });

  test('is switched off for the page alone where the browser keeps nothing', () => {
    const forbidden = {
      get localStorage(): Shelf {
        throw new Error('SecurityError');
      },
    };
    const full: Shelf = {
      getItem: () => null,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    };
    for (const kept of [shelfOf(forbidden), full]) {
      const permission = new Permission(kept);
      permission.off = true;
      expect(permission.asks(LARGE)).toBe(false);
    }
  });
});
