import { expect, test } from '@jest/globals';
import { runCommand } from '../../../service/sampler/command.ts';

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
