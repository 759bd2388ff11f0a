/** The guide calls things what the page calls them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as words from '../../../service/words/index.ts';
import { filesOf, textsOf } from './texts.ts';

const GUIDE = join(import.meta.dirname, '../../../docs/guide');
const pages = readdirSync(GUIDE).filter((name) => name.endsWith('.md'));
const textOf = (page: string): string => readFileSync(join(GUIDE, page), 'utf8');

const said = filesOf('en')
  .flatMap((file) => textsOf('en', file).whole)
  .join('\n')
  .toLowerCase();

/** First cells of a page's first table, its heading left out. */
function firstColumn(page: string): string[] {
  const cells = textOf(page).matchAll(/^\| ?(.*?) ?\|/gm);
  return Array.from(cells, ([, cell = '']) => cell).slice(2);
}

test('the parts of the tab stand in the guide under their headings, and no others', () => {
  const { NOW, WHAT_WAS_FOUND, WHAT_FITS, BENCHMARK, MEMORY_AGAINST_SIZE, WHAT_IF, EXPLAIN, RUNS } = words;
  const parts = [NOW, WHAT_WAS_FOUND, WHAT_FITS, BENCHMARK, MEMORY_AGAINST_SIZE, WHAT_IF, EXPLAIN, RUNS];
  expect(new Set(firstColumn('tab.md'))).toEqual(new Set(parts));
});

/** In italics stands what is to be read on the page: but for figures, and paths through the WebUI's own settings. */
describe.each(pages)('%s', (page) => {
  const italics = Array.from(textOf(page).matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g), ([, text = '']) => text);
  const names = italics.filter((text) => !/\d| > /.test(text));

  test('has in italics only what the page says', () => {
    expect(names.filter((name) => !said.includes(name.toLowerCase()))).toEqual([]);
  });
});

test('what the readout says is in the guide word for word, but for figures', () => {
  const told = firstColumn('readout.md').flatMap((cell) => cell.split(/, (?=not supported|memory in use)|: /));
  const names = told.filter((text) => !/\d|ControlNet/.test(text));
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !said.includes(name.toLowerCase()))).toEqual([]);
});

test('texts that the questions quote are those that are shown', () => {
  const shell = ['words.py', 'wire/relay.py'].map((file) =>
    readFileSync(join(import.meta.dirname, '../../../extension/headroom', file), 'utf8').toLowerCase(),
  );
  const quoted = firstColumn('questions.md').flatMap((cell) => /"(?:Node\.js [\d.]+ )?([^"]+)"/.exec(cell)?.[1] ?? []);
  expect(quoted.length).toBeGreaterThan(5);
  expect(quoted.filter((text) => ![said, ...shell].some((all) => all.includes(text.toLowerCase())))).toEqual([]);
});
