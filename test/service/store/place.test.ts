import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { STORE_FILE } from '../../../service/store/open.ts';
import { openStoreOfWebui } from '../../../service/store/place.ts';
import { storeNoticeInWords } from '../../../service/words/index.ts';
import { temporaryDir } from '../server/rig.ts';

let dir: ReturnType<typeof temporaryDir>;
let temporary: string;
/** A data folder that cannot be written, whoever asks. */
let blocked: string;

beforeEach(() => {
  dir = temporaryDir();
  temporary = join(dir.path, 'tmp');
  mkdirSync(temporary);
  blocked = join(dir.path, 'data', 'headroom');
  mkdirSync(dirname(blocked));
  writeFileSync(blocked, 'a file in the way');
});
afterEach(() => dir.remove());

/** The folder that holds the store, null where it is in memory alone; and what is told. */
function opened(wanted: string, among = temporary): { folder: string | null; told: string[] } {
  const store = openStoreOfWebui(wanted, 0, (path) => path.replace(dir.path, '~'), among);
  const told = store.notices.map(storeNoticeInWords);
  store.close();
  return { folder: [wanted, ...folders(among)].find((one) => existsSync(join(one, STORE_FILE))) ?? null, told };
}

const folders = (among: string): string[] =>
  existsSync(among) ? readdirSync(among).map((name) => join(among, name)) : [];
const named = (wanted: string): string =>
  join(
    temporary,
    `headroom-${process.getuid?.() ?? 'user'}-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`,
  );

test('runs are kept where the WebUI keeps the person’s data, in a folder of the user’s alone', () => {
  const wanted = join(dir.path, 'new', 'headroom');
  expect(opened(wanted)).toEqual({ folder: wanted, told: [] });
  expect(readdirSync(wanted)).toEqual([STORE_FILE]);
  if (process.platform !== 'win32') expect(statSync(wanted).mode & 0o777).toBe(0o700);
});

describe('where that cannot be written', () => {
  test('a temporary place is taken, and told without naming the person', () => {
    const { folder, told } = opened(blocked);
    expect(folder).toBe(named(blocked));
    expect(told).toEqual([
      `~/data/headroom cannot be written: what is measured is kept in ${String(folder).replace(dir.path, '~')}, which the system may clear. Make the folder writable and restart the WebUI.`,
    ]);
    if (process.platform !== 'win32') expect(statSync(String(folder)).mode & 0o777).toBe(0o700);
  });

  test('it is the same at each start, and another for another data folder', () => {
    const { folder } = opened(blocked);
    expect(opened(blocked).folder).toBe(folder);
    const other = join(dir.path, 'other');
    writeFileSync(other, 'a file in the way');
    expect(named(other)).not.toBe(folder);
    opened(other);
    expect(existsSync(join(named(other), STORE_FILE))).toBe(true);
  });

  test('nor a temporary place can be made, runs are kept in memory, and that is told', () => {
    const { folder, told } = opened(blocked, join(blocked, 'none'));
    expect(folder).toBeNull();
    expect(told).toEqual([expect.stringContaining('lost then')]);
  });

  const onPosix = process.platform === 'win32' ? test.skip : test;
  onPosix.each(['link', 'open folder', 'file'])('a %s that somebody else may have put there is not used', (trap) => {
    const elsewhere = join(dir.path, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    if (trap === 'link') symlinkSync(elsewhere, named(blocked));
    else if (trap === 'file') writeFileSync(named(blocked), '');
    else {
      mkdirSync(named(blocked));
      chmodSync(named(blocked), 0o777);
    }
    const { folder } = opened(blocked);
    expect(folder).not.toBeNull();
    expect(folder).not.toBe(named(blocked));
    expect(readdirSync(elsewhere)).toEqual([]);
    if (trap === 'open folder') rmdirSync(named(blocked));
  });
});
