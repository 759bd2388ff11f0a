/** Files that somebody might hand to `headroom import`: each has one bad line between good ones. */
import { storedEnvironmentOf, type Run } from '../../../service/recorder/run.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { ENVIRONMENT } from '../../service/server/fake-host.ts';
import { exampleRun } from '../../service/recorder/examples.ts';

export interface HostileFile {
  readonly what: string;
  readonly bytes: Buffer;
  /** The number of its bad line. */
  readonly line: number;
}

/** Also by a clock that is years behind. */
const PAST_MS = 1_600_000_000_000;
export const GOOD_RUNS = ['good-1', 'good-2'];
const [FIRST, LAST] = GOOD_RUNS.map((runId) =>
  JSON.stringify({ kind: 'run', run: exampleRun({ runId, keyHash: keyHashOf(ENVIRONMENT), startedAtMs: PAST_MS }) }),
);
const RUN: object = {
  kind: 'run',
  run: exampleRun({
    runId: 'hostile',
    phases: [{ phase: 'sampling', activePeakMiB: 1, reservedPeakMiB: 1, durationMs: 1 }],
  }),
};
const STORED: object = {
  kind: 'environment',
  keyHash: keyHashOf(ENVIRONMENT),
  seenAtMs: 1,
  environment: storedEnvironmentOf(ENVIRONMENT),
};

type Path = readonly (string | number)[];

/** Paths to every value in a tree. */
function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, child]) =>
      pathsOf(child, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** The tree as JSON with the raw text `raw` at `path`. */
function withRaw(tree: object, path: Path, raw: string): string {
  const mark = '\u0001here\u0001';
  const copy = structuredClone(tree);
  let holder: Record<string | number, unknown> = { root: copy };
  const steps: Path = ['root', ...path];
  for (const step of steps.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  holder[steps.at(-1) ?? 'root'] = mark;
  return JSON.stringify(path.length === 0 ? mark : copy).replace(JSON.stringify(mark), () => raw);
}

const WRONG_VALUES: readonly (readonly [string, string])[] = [
  ['NaN', 'NaN'],
  ['Infinity', '-Infinity'],
  ['a number beyond all', '1e999'],
  ['a huge number', '1e300'],
  ['a number of 10,000 digits', '9'.repeat(10_000)],
  ['an array', '[[]]'],
  ['an object', '{"a":{}}'],
  ['a traversal', `"${'../'.repeat(1_000)}etc/passwd"`],
  ['a long text', `"${'x'.repeat(5_000)}"`],
  ['half of a character', '"\\ud800"'],
  ['NUL', '"a\\u0000b"'],
  ['nothing but a comma', ','],
];

/** Of an example with 3000 MiB active in 3500 reserved, on a card of 8192. */
const CONTRADICTIONS: readonly (readonly [string, Partial<Run>])[] = [
  ['a total of nothing', { totalMiB: 0 }],
  ['nothing usable', { usableMiB: 0 }],
  ['more usable than there is', { usableMiB: 8193 }],
  ['more used than there is', { devicePeakMiB: 9000 }],
  ["more others' than there is", { baseline: { deviceUsedMiB: 3300, otherMiB: 9000, torch: null } }],
  ['more active than reserved', { torch: { activePeakMiB: 3501, reservedPeakMiB: 3500, allocRetries: 0, ooms: 0 } }],
  [
    'more allocated than reserved before it',
    { baseline: { deviceUsedMiB: 3300, otherMiB: 800, torch: { allocatedMiB: 2501, reservedMiB: 2500 } } },
  ],
  [
    'a phase above its run',
    { phases: [{ phase: 'sampling', activePeakMiB: 3000, reservedPeakMiB: 3600, durationMs: 1 }] },
  ],
];

const DEEP = 10_000;
const WHOLE_LINES: readonly (readonly [string, string | Buffer])[] = [
  ['arrays 10,000 deep', '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['objects 10,000 deep', '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)],
  [
    'a run with extras 10,000 deep',
    JSON.stringify(RUN).replace('"extras":[]', `"extras":${'['.repeat(DEEP)}${']'.repeat(DEEP)}`),
  ],
  ['a line of 1 MiB', `{"kind":"run","run":"${'x'.repeat(2 ** 20)}"}`],
  [
    'binary',
    Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7919) % 256).map((byte) => (byte === 10 ? 11 : byte))),
  ],
  ['a gzip head', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
  ['a SQLite file', Buffer.from('SQLite format 3\0'.padEnd(100, '\0'))],
  ['UTF-16', Buffer.from('{"kind":"run"}', 'utf16le')],
  [
    'bytes that are not UTF-8',
    Buffer.concat([Buffer.from('{"kind":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
  ],
  ['a byte order mark in the middle', `\uFEFF\uFEFF${JSON.stringify(RUN)}`],
  ['NULs', '\0'.repeat(1000)],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['SQL', "'); DROP TABLE runs; --"],
  ['a path', '../../../../etc/passwd'],
  ['two values on a line', `${JSON.stringify(RUN)}${JSON.stringify(RUN)}`],
  ['a comma behind the line', `${JSON.stringify(RUN)},`],
  ['a comment', `/* */ ${JSON.stringify(RUN)}`],
  ['single quotes', JSON.stringify(RUN).replaceAll('"', "'")],
  ['a run in an array', `[${JSON.stringify(RUN)}]`],
  ['null', 'null'],
  ['a number', '1'],
  ['a string', '"run"'],
  ['an escape sequence as a name', '{"kind":"run","\\u001b[2J\\u001b[31m\\nheadroom import: all well":1}'],
  ['60,000 names', `{${Array.from({ length: 5_000 }, (_, at) => `"n${at}":1`).join(',')}}`],
  ['a version to come', '{"kind":"headroom-export","version":99}'],
  ["an environment under another's key", JSON.stringify({ ...STORED, keyHash: 'ffffffffffffffff' })],
  ...CONTRADICTIONS.map(
    ([what, changes]) =>
      [
        `a run with ${what}`,
        JSON.stringify({ kind: 'run', run: exampleRun({ runId: 'hostile', ...changes }) }),
      ] as const,
  ),
  [
    'a run of the year 10000',
    JSON.stringify({ kind: 'run', run: exampleRun({ runId: 'hostile', startedAtMs: 253_402_300_800_000 }) }),
  ],
  ['an environment of the year 10000', JSON.stringify({ ...STORED, seenAtMs: 253_402_300_800_000 })],
  ['more extras than fit', JSON.stringify(RUN).replace('"extras":[]', `"extras":[${'"x",'.repeat(60)}"x"]`)],
];

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'surplus', '', '\\u005f_proto__'];

/** All of them, always the same; more than 500. */
export function hostileFiles(): HostileFile[] {
  const files: HostileFile[] = [];
  const add = (what: string, bad: string | Buffer): void => {
    files.push({
      what,
      line: 2,
      bytes: Buffer.concat([Buffer.from(`${FIRST}\n`), Buffer.from(bad), Buffer.from(`\n${LAST}\n`)]),
    });
  };
  for (const [what, bad] of WHOLE_LINES) add(what, bad);
  for (const tree of [RUN, STORED]) {
    for (const path of pathsOf(tree)) {
      const at = path.join('.');
      const now = path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], tree);
      for (const [what, raw] of WRONG_VALUES) add(`${what} as ${at}`, withRaw(tree, path, raw));
      if (typeof now !== 'object' || now === null || Array.isArray(now) || path.includes('key')) continue;
      for (const name of NAMES)
        add(
          `the name "${name}" in ${at}`,
          withRaw(tree, path, `{"${name}":{"polluted":true},${JSON.stringify(now).slice(1)}`),
        );
      const [first] = Object.entries(now);
      if (first !== undefined)
        add(
          `a name twice in ${at}`,
          withRaw(tree, path, `{"${first[0]}":${JSON.stringify(first[1])},${JSON.stringify(now).slice(1)}`),
        );
    }
  }
  return files;
}
