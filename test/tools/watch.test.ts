import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OUTPUTS } from '../../tools/watch/outputs.ts';
import { rebuild, type Built, type Output } from '../../tools/watch/rebuild.ts';
import { temporaryDir } from '../service/server/rig.ts';

let dir: ReturnType<typeof temporaryDir>;
let stop: () => void;
let told: Built[];
let heard: () => void;

beforeEach(() => {
  dir = temporaryDir();
  told = [];
  heard = () => undefined;
  for (const folder of ['one/deep', 'two']) mkdirSync(join(dir.path, folder), { recursive: true });
  source('one/deep/source.txt', 'first');
  source('two/source.txt', 'second');
});
afterEach(() => {
  stop();
  dir.remove();
});

function source(path: string, text: string): void {
  writeFileSync(join(dir.path, path), text);
}

const built = (name: string): string => readFileSync(join(dir.path, 'built', name), 'utf8');

/** Copies its source; the text `mistake` cannot be built. */
function copy(name: string, folders: readonly string[], path: string): Output {
  return {
    what: name,
    folders,
    bundle: () => {
      const text = readFileSync(join(dir.path, path), 'utf8');
      if (text === 'mistake') return Promise.reject(new Error(text));
      return Promise.resolve({ [`built/${name}`]: text });
    },
  };
}

async function watching(): Promise<void> {
  const outputs = [copy('a', ['one'], 'one/deep/source.txt'), copy('b', ['two'], 'two/source.txt')];
  stop = await rebuild(dir.path, outputs, (one) => {
    told.push(one);
    heard();
  });
}

/** As soon as it is so; jest's own limit ends the wait for what never comes. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => (heard = resolve));
}

describe('watching sources', () => {
  test('builds each output at the start, in folders that are not there yet', async () => {
    expect(existsSync(join(dir.path, 'built'))).toBe(false);
    await watching();
    expect([built('a'), built('b')]).toEqual(['first', 'second']);
    expect(told.map(({ what }) => what)).toEqual(['a', 'b']);
  });

  test('builds what a change is a source of again, deep in its folder too, and nothing else', async () => {
    await watching();
    source('one/deep/source.txt', 'changed');
    await until(() => built('a') === 'changed');
    expect(told.slice(2).every(({ what }) => what === 'a')).toBe(true);
  });

  test('goes on after a mistake, and leaves what was built before', async () => {
    await watching();
    source('two/source.txt', 'mistake');
    await until(() => told.at(-1)?.tookMs === null);
    expect(built('b')).toBe('second');
    source('two/source.txt', 'mended');
    await until(() => built('b') === 'mended');
  });
});

test('each source in a bundle of the page lies in a folder that is watched for it', async () => {
  stop = () => undefined;
  for (const { what, folders, bundle } of OUTPUTS.filter(({ what }) => what.startsWith('javascript/'))) {
    const text = Object.values(await bundle()).join('');
    const map = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(text)?.[1];
    if (map === undefined) throw new Error(`${what} carries no sources`);
    const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
    const ours = sources.filter((path) => !path.includes('node_modules/'));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((path) => !folders.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
  }
});
