import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { runCommand } from '../../../../service/memory/sources/command.ts';

async function run(script: string) {
  const texts = { stdout: '', stderr: '' };
  const end = await runCommand(process.execPath, ['-e', script], (text, from) => {
    texts[from] += text;
  }).ended;
  return { ...end, ...texts };
}

test('a program is told with its output, its error output and its exit code, in the C locale', async () => {
  const result = await run('console.log(process.env.LC_ALL); console.error("oh"); process.exitCode = 9');
  expect(result).toEqual({ exitCode: 9, startError: null, stdout: 'C\n', stderr: 'oh\n' });
});

test('a program that is not there ends as not found', async () => {
  const end = await runCommand('/nowhere/nvidia-smi', [], () => undefined).ended;
  expect(end).toEqual({ exitCode: null, startError: 'not-found' });
});

test('a file that may not be run ends as forbidden', async () => {
  const end = await runCommand(import.meta.filename, [], () => undefined).ended;
  expect(end.startError).toBe(process.platform === 'win32' ? 'not-found' : 'no-permission');
});

(process.platform === 'win32' ? test.skip : test)('a program that the machine cannot start ends as that', async () => {
  const outOfFiles = `
    import { openSync, writeFileSync } from 'node:fs';
    import { runCommand } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../service/memory/sources/command.ts')))};
    const first = await runCommand('true', [], () => undefined).ended;
    try { for (;;) openSync('/dev/null'); } catch { /* No more. */ }
    writeFileSync(1, JSON.stringify([first, await runCommand('true', [], () => undefined).ended]));`;
  let text = '';
  const args = ['-c', 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"', process.execPath, outOfFiles];
  await runCommand('sh', args, (piece, from) => {
    if (from === 'stdout') text += piece;
  }).ended;
  expect(JSON.parse(text)).toEqual([
    { exitCode: 0, startError: null },
    { exitCode: null, startError: 'other' },
  ]);
});

test('a program that cannot be started for a reason of which nobody thought ends as that, not as one without an answer', async () => {
  const end = await runCommand(`/${'x'.repeat(300)}`, [], () => undefined).ended;
  expect(end).toEqual({ exitCode: null, startError: 'other' });
});

test('a program that is killed has no exit code', async () => {
  const running = runCommand(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], () => undefined);
  running.kill('SIGTERM');
  expect(await running.ended).toEqual({ exitCode: null, startError: null });
});

test('a grandchild that holds the pipe does not hold up the end', async () => {
  const holder = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'inherit' })`;
  const result = await run(`const child = ${holder}; process.stdout.write(String(child.pid), () => process.exit(3))`);
  process.kill(Number(result.stdout));
  expect(result.exitCode).toBe(3);
});
