import { describe, expect, test } from '@jest/globals';
import { absoluteFolders, absoluteSearchPath } from '../../../../service/memory/sources/search-path.ts';

describe('the folders that programs are looked for in', () => {
  test('are the absolute ones of PATH', () => {
    expect(absoluteFolders('.:/usr/bin::bin:/bin:./x', 'linux')).toEqual(['/usr/bin', '/bin']);
    expect(absoluteFolders('.;C:\\Windows;;bin', 'win32')).toEqual(['C:\\Windows']);
  });

  test('hold for programs that are started by their name', () => {
    expect(absoluteSearchPath({ PATH: '.:/bin' }, 'linux')).toEqual({ PATH: '/bin' });
    expect(absoluteSearchPath({ PATH: '.' }, 'linux')).toEqual({ PATH: '/usr/bin:/bin' });
  });

  test('leave out the current one on Windows, which would look there first', () => {
    expect(absoluteSearchPath({ Path: '.;C:\\Windows' }, 'win32')).toEqual({
      PATH: 'C:\\Windows',
      NoDefaultCurrentDirectoryInExePath: '1',
    });
  });
});
