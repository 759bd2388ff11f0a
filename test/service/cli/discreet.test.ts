import { describe, expect, test } from '@jest/globals';
import { oneLine, printable, withoutPerson } from '../../../service/cli/discreet.ts';

const ANNA = { home: '/home/anna', user: 'anna' };

describe('what people post in public', () => {
  test.each([
    ['/home/anna/webui/headroom', '~/webui/headroom'],
    ['"/home/anna" cannot be read', '"~" cannot be read'],
    ['/mnt/anna/data and /srv/anna', '/mnt/USER/data and /srv/USER'],
    ['/home/annabel/x /srv/anna.old savannah', '/home/annabel/x /srv/anna.old savannah'],
  ])('names no home folder and no person: %s', (text, expected) => {
    expect(withoutPerson(text, ANNA)).toBe(expected);
  });

  test('names none on Windows either', () => {
    expect(withoutPerson('C:\\Users\\Anna\\x, D:\\Anna\\y', { home: 'C:\\Users\\Anna', user: 'Anna' })).toBe(
      '~\\x, D:\\USER\\y',
    );
  });

  test('names none where HOME ends in a slash', () => {
    expect(withoutPerson('/home/anna/x', { home: '/home/anna/', user: '' })).toBe('~/x');
  });

  test('is as it was for a person without a home or a name', () => {
    expect(withoutPerson('/data/x', { home: '/', user: '' })).toBe('/data/x');
  });

  test('cannot act on a terminal', () => {
    expect(printable('\u001b[2Jgone\r\u0000\u009b\nnext\tcell')).toBe('?[2Jgone???\nnext\tcell');
    expect(oneLine('a\nVerdict   fits\r\n\tb\u2028c \u001b[2J')).toBe('a Verdict   fits b c ?[2J');
    expect(printable('RTX \u202e0703\u2069')).toBe('RTX ?0703?');
  });
});
