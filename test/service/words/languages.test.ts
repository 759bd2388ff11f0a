/** Each language beside English: whole, and nothing of it left in English. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  languageOf,
  languageOfPage,
  languageOfTerminal,
  LANGUAGES,
  type Language,
} from '../../../service/words/languages.ts';
import { LANGUAGE_WORDS } from './languages.ts';
import { filesOf, textsOf, WORDS_FOLDER } from './texts.ts';

/** Names, units, codes, and the labels of the WebUI's own fields. */
const CALLED_THE_SAME: Readonly<Record<Exclude<Language, 'en'>, readonly string[]>> = {
  de: [
    ...['GB', 'GiB', 'MiB', 'KiB', 'px', 'min', 'UTC', 'RAM', '; RAM', 'SD 1', 'SD 2', 'SDXL', 'txt2img', 'img2img'],
    ...['WebUI', 'Headroom', 'nvidia-smi', 'TCMalloc', 'jemalloc', 'mimalloc'],
    ...[
      'Attention',
      'Batch',
      'Benchmark',
      'Checkpoint',
      'Tensor',
      'Problem',
      'Name:',
      'in',
      ', in',
      'in ~/.bashrc',
      'in $PROFILE',
    ],
    ...['in ~/.config/fish/config.fish', 'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True'],
    ...['Width', 'Height', 'Batch size', 'Upscale by', 'Resize width to', 'Resize height to', 'time").'],
    ...['short', 'similar', 'imported', 'beyond'],
  ],
};
/** What is typed, and codes. */
const TYPED = /^(headroom|eval) .*[^.]$|^--help\.$|^[a-z]+(-[a-z]+)+$/;

/** What English sentences are made of, and others are not. */
const ENGLISH = /\b(the|is|are|of|to|and|with|not|for|this|that|its|has|have|by|on|from|or|no)\b/i;
/** Labels of others, what is typed, and what an error says. */
const QUOTED = /"[^"]*"|\(out of memory\)|--\w+/g;

/** By their names, the texts of constants. */
function constantsOf(words: Readonly<Record<string, unknown>>): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (name: string, value: unknown): void => {
    if (typeof value === 'string') found.set(name, value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) visit(`${name}.${key}`, one);
  };
  for (const [name, value] of Object.entries(words)) visit(name, value);
  return found;
}

test('a language is known by the names that systems, browsers and the WebUI give it', () => {
  const names = ['de_DE.UTF-8', 'de', 'de-AT', 'German', 'german_informal', 'Deutsch (DE)', 'en_GB', 'English'];
  expect(names.map(languageOf)).toEqual(['de', 'de', 'de', 'de', 'de', 'de', 'en', 'en']);
  expect(['C', 'POSIX', '', 'None', 'fr_FR', 'den_CA', 'zh_CN'].map(languageOf)).toEqual(Array(7).fill(null));
});

test("a page speaks the WebUI's language, else the browser's, and English where that is none of ours", () => {
  expect([languageOfPage(null, 'de-CH'), languageOfPage(null, 'fr'), languageOfPage(null, 'en-US')]).toEqual([
    'de',
    'en',
    'en',
  ]);
  expect([languageOfPage('de_DE', 'en-US'), languageOfPage('zh_CN', 'de-DE')]).toEqual(['de', 'en']);
});

test('a terminal speaks what the first says of LC_ALL, LC_MESSAGES and LANG that is set', () => {
  const de = 'de_DE.UTF-8';
  const spoken = [
    { LANG: de },
    { LC_MESSAGES: de, LANG: 'en_US.UTF-8' },
    { LC_ALL: 'C', LANG: de },
    { LC_ALL: '', LC_MESSAGES: undefined, LANG: de },
    { LANG: 'ja_JP.UTF-8' },
    {},
  ];
  expect(spoken.map(languageOfTerminal)).toEqual(['de', 'de', 'en', 'de', 'en', 'en']);
});

test('each language is a folder, and each folder a language', () => {
  const folders = readdirSync(WORDS_FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...LANGUAGES].sort());
});

describe.each(LANGUAGES.filter((language) => language !== 'en'))('%s', (language) => {
  const files = filesOf('en');
  const isTheSame = (text: string): boolean => TYPED.test(text) || CALLED_THE_SAME[language].includes(text);

  test('has the files of English, a file for a file', () => {
    expect(filesOf(language)).toEqual(files);
  });

  test('has a text for each text of English, and names itself', () => {
    const [own, english] = [constantsOf(LANGUAGE_WORDS[language]), constantsOf(LANGUAGE_WORDS.en)];
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    expect(own.get('LANGUAGE')).toBe(language);
    expect([...english].filter(([name, text]) => (own.get(name) === '') !== (text === ''))).toEqual([]);
  });

  test('says nothing in the words of English, but for what is called the same', () => {
    const left = files.flatMap((file) => {
      const english = new Set(textsOf('en', file).pieces);
      return textsOf(language, file).pieces.filter((text) => english.has(text) && !isTheSame(text));
    });
    expect([...new Set(left)]).toEqual([]);
  });

  test('no sentence of it is partly in English', () => {
    const texts = files.flatMap((file) => textsOf(language, file).whole.map((text) => text.replaceAll(QUOTED, '')));
    expect(texts.filter((text) => ENGLISH.test(text) && !isTheSame(text))).toEqual([]);
    expect(texts.length).toBeGreaterThan(600);
  });
});
