import { beforeEach, describe, expect, test } from '@jest/globals';
import { readArgs } from '../../../service/cli/args.ts';
import { runCli } from '../../../service/cli/cli.ts';
import { loadVerb, VERB_NAMES } from '../../../service/cli/registry.ts';
import { FLAGS } from '../../../service/operations/registry.ts';
import { HELP } from '../../../service/words/index.ts';
import { createWorld, type FakeWorld } from './world.ts';

let world: FakeWorld;

beforeEach(() => {
  world = createWorld('/nowhere');
});

describe('the help', () => {
  test.each([[['--help']], [['-h']], [['help']]])('lists all verbs on %j', async (args) => {
    expect(await runCli(args, world)).toBe(0);
    for (const name of VERB_NAMES) expect(world.printed()).toContain(`  ${name} `);
  });

  test.each([[['estimate', '--help']], [['estimate', '--width', '5', '-h']], [['help', 'estimate']]])(
    'of one verb stands on %j',
    async (args) => {
      expect(await runCli(args, world)).toBe(0);
      expect(world.printed()).toMatch(
        /^Usage: headroom estimate \[OPTIONS\]\n[^]*--width PX[^]*Examples:[^]*Exit codes:/,
      );
    },
  );

  test("behind two hyphens is the program's own: record runs it", async () => {
    expect(await runCli(['record', '--nvidia-smi', '/nowhere', '--', '-h', '--help'], world)).not.toBe(0);
    expect(world.printed()).toBe('');
  });

  test.each([...VERB_NAMES, undefined])('of %s keeps to 80 columns', async (verb) => {
    await runCli(verb === undefined ? ['--help'] : ['help', verb], world);
    const lines = world.printed().split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeGreaterThan(8);
  });

  test.each(VERB_NAMES)('of %s has an example, which is understood, and names each exit code once', async (name) => {
    const verb = await loadVerb(name);
    for (const [line] of HELP[name].examples) {
      // Before what the shell, or the program that is run, reads.
      const [ours = ''] = line.replace(/^.*?headroom \S+ ?/, '').split(/(?:^| )(?:--(?= )|[|<>])|\)"/);
      const words = ours.split(' ').filter((word) => word !== '');
      expect([line, readArgs(words, verb.options, verb.arguments.length)]).toEqual([
        line,
        expect.objectContaining({ ok: true }),
      ]);
    }
    const codes = HELP[name].exitCodes.map(([code]) => code);
    expect(codes).toContain('2');
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each(VERB_NAMES)('of %s explains each option that there is, and no other', async (name) => {
    const { options } = await loadVerb(name);
    const explained = Object.keys(HELP[name].options);
    expect(
      Object.keys(options)
        .filter((option) => !FLAGS.includes(option))
        .toSorted(),
    ).toEqual(explained.toSorted());
  });

  test('has colours in a terminal alone', async () => {
    await runCli(['--help'], world);
    expect(world.printed()).not.toContain('\u001b');
    const terminal = createWorld('/nowhere');
    await runCli(['--help'], { ...terminal, look: { columns: 100, colour: true } });
    expect(terminal.printed()).toContain('\u001b[1mCommands:\u001b[22m');
  });
});

describe('the manual', () => {
  test('is the source of a man page, with all verbs and options', async () => {
    expect(await runCli(['man'], world)).toBe(0);
    expect(world.printed()).toMatch(/^\.TH HEADROOM 1 /);
    for (const name of VERB_NAMES) expect(world.printed()).toContain(`.SH HEADROOM ${name.toUpperCase()}`);
    expect(world.printed()).toContain('.B \\-\\-other\\-mib MIB\n');
    // A dot or a quote at a line's beginning would be an order to troff.
    expect(world.printed().match(/^[.'](?!TH |SH |PP$|TP$|B )/gm)).toBeNull();
  });

  test('is text in a terminal, of 80 columns', async () => {
    await runCli(['man'], { ...world, look: { columns: 200, colour: false } });
    expect(world.printed()).toContain('\nHEADROOM ESTIMATE\n');
    expect(
      world
        .printed()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});
