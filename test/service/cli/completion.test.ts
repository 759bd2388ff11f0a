import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { VERB_NAMES } from '../../../service/cli/registry.ts';
import { createWorld } from './world.ts';

async function scriptFor(shell: string): Promise<string> {
  const world = createWorld('/nowhere');
  expect(await runCli(['completion', shell], world)).toBe(0);
  return world.printed();
}

/** What bash offers where the last of these words is being typed. */
async function offered(...words: string[]): Promise<string[]> {
  const typed = words.map((word) => `'${word}'`).join(' ');
  const script = `${await scriptFor('bash')}
compopt() { :; }
COMP_WORDS=(${typed}); COMP_CWORD=${words.length - 1}; _headroom; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completion in bash', () => {
  test('of the first word offers verbs', async () => {
    expect(await offered('headroom', 'ex')).toEqual(['explain', 'export']);
    expect(await offered('headroom', '--v')).toEqual(['--version']);
  });

  test("offers a verb's options, shells, folders, and nothing for a number", async () => {
    expect(await offered('headroom', 'estimate', '--he')).toEqual(['--height', '--help']);
    expect(await offered('headroom', 'completion', 'f')).toEqual(['fish']);
    expect(await offered('headroom', 'max', '--data-dir', '/usr/bi')).toEqual(['/usr/bin']);
    expect(await offered('headroom', 'estimate', '--width', '')).toEqual([]);
    expect(await offered('headroom', 'explain', '/etc/passw')).toContain('/etc/passwd');
    expect(await offered('headroom', 'help', 'comp')).toEqual(['compare', 'completion']);
  });
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('completion for %s knows each verb and option', async (shell) => {
  const script = await scriptFor(shell);
  for (const name of VERB_NAMES) expect(script).toContain(name);
  expect(script).toContain(shell === 'fish' ? '-l other-mib' : '--other-mib');
});

test.each([
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
])('%s can read its script, where there is one', async (shell, options) => {
  const { error, status, stderr } = spawnSync(shell, options, { input: await scriptFor(shell), encoding: 'utf8' });
  if (error === undefined) expect([status, stderr]).toEqual([0, '']);
  else expect(error).toMatchObject({ code: 'ENOENT' });
});
