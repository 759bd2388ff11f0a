import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { isAlive } from '../../../service/cli/process.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

test('a process is alive, and one that is not there is not', () => {
  expect([isAlive(process.pid), isAlive(2 ** 22 + 1)]).toEqual([true, false]);
});

(process.platform === 'linux' ? test : test.skip)(
  'one that has ended is not alive while nobody has looked after it: a WebUI in a container may stay so for ever',
  async () => {
    // The shell becomes a program that never looks after the child that the shell has started. It is that program that
    // says the child's id: a shell that still stands there as the child ends looks after it.
    const parent = spawn('sh', ['-c', `cat <&3 & exec sed -u "s/.*/$!/"`], {
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    });
    started.push(parent);
    (parent.stdin as Writable).write('which?\n');
    const pid = Number(
      await new Promise<string>((resolve) =>
        createInterface({ input: parent.stdout as Readable }).once('line', resolve),
      ),
    );
    expect(isAlive(pid)).toBe(true);
    (parent.stdio[3] as Writable).end();
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(() => process.kill(pid, 0)).not.toThrow();
  },
);

(process.platform === 'win32' ? test.skip : test)('a stray SIGUSR1 opens no port for debuggers', async () => {
  const lines = [
    `import { keepDebuggersOut } from ${JSON.stringify(new URL('../../../service/cli/process.ts', import.meta.url).href)};`,
    'keepDebuggersOut();',
    "process.kill(process.pid, 'SIGUSR1');",
    "setTimeout(() => console.log('still here'), 300);",
  ];
  const child = spawn(process.execPath, ['--input-type=module', '-e', lines.join('\n')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(said).toEqual(['still here\n', '']);
});
