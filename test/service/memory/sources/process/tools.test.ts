import { expect, test } from '@jest/globals';
import type { CommandEnd } from '../../../../../service/memory/sources/command.ts';
import { createToolReader, readPs, readTasklist } from '../../../../../service/memory/sources/process/tools.ts';
import { createFakeClock } from '../../../base/fake-clock.ts';

test('ps prints KiB', () => {
  expect(readPs('  524288\n')).toBe(512);
  expect(readPs('')).toBeNull();
  expect(readPs('ps: no such process')).toBeNull();
});

test("tasklist's thousands are separated as the language has it", () => {
  for (const separator of [',', '.', '\u00a0', "'"]) {
    expect(readTasklist(`\r\n"python.exe","42","Console","1","524${separator}288 K"\r\n`, 42)).toBe(512);
  }
  expect(readTasklist('INFO: No tasks are running which match the specified criteria.\r\n', 42)).toBeNull();
  expect(readTasklist('"python.exe","142","Console","1","5 K"\r\n', 42)).toBeNull();
});

function setUp(platform: NodeJS.Platform) {
  const clock = createFakeClock();
  const calls: string[] = [];
  const signals: string[] = [];
  let finish: (text: string) => void = () => undefined;
  const read = createToolReader(platform, clock, (file, args, onText) => {
    calls.push([file, ...args].join(' '));
    return {
      ended: new Promise<CommandEnd>((resolve) => {
        finish = (text) => {
          onText(text, 'stdout');
          resolve({ exitCode: 0, startError: null });
        };
      }),
      kill: (signal) => {
        signals.push(signal);
        finish('');
      },
    };
  });
  return { clock, calls, signals, read, finish: (text: string) => finish(text) };
}

test('who asks while a tool runs shares its answer', async () => {
  const { calls, read, finish } = setUp('darwin');
  const both = Promise.all([read(42), read(42)]);
  finish('524288\n');
  const [first, second] = await both;
  expect(first?.residentMiB).toBe(512);
  expect(second).toBe(first);
  expect(calls).toEqual(['ps -o rss= -p 42']);
});

test('Windows is asked by tasklist', async () => {
  const { calls, read, finish } = setUp('win32');
  const asked = read(42);
  finish('"python.exe","42","Console","1","524,288 K"\r\n');
  expect((await asked)?.residentMiB).toBe(512);
  expect(calls).toEqual(['tasklist /FI PID eq 42 /FO CSV /NH']);
});

test('a tool that hangs is ended, and there is no figure', async () => {
  const { clock, signals, read } = setUp('darwin');
  const asked = read(42);
  await clock.advance(2500);
  expect(await asked).toBeNull();
  expect(signals).toEqual(['SIGTERM']);
});
