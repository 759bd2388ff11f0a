import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../../../service/cli/cli.ts';
import { VERSION } from '../../../service/cli/version.ts';
import { keyHashOf } from '../../../service/recorder/key.ts';
import { storedEnvironmentOf } from '../../../service/recorder/run.ts';
import { openStore } from '../../../service/store/store.ts';
import { SD15_LIKE, settingsOf, truth } from '../model/synthetic-host.ts';
import { calibratingRuns, exampleRun } from '../recorder/examples.ts';
import { ENVIRONMENT } from '../server/fake-host.ts';
import { fillStore, KEY, worldForEach } from './each-world.ts';
import { createWorld, type FakeWorld } from './world.ts';

let dir: string;
let world: FakeWorld;
worldForEach((own, folder) => {
  world = own;
  dir = folder;
});

const fill = (dataDir: string): void => fillStore(dataDir, calibratingRuns(KEY), world.nowMs());

function ofLaterVersion(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE runs (other); PRAGMA user_version = 99');
  database.close();
}

describe('the command line', () => {
  test('has the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await runCli(['--version'], world)).toBe(0);
    expect([world.printed().trim(), VERSION]).toEqual([version, version]);
  });

  test.each<[string[], string]>([
    [['frobnicate'], 'unknown command "frobnicate". See headroom --help.'],
    [['estimat'], 'unknown command "estimat". Did you mean estimate? See'],
    [['help', 'advice'], 'Did you mean advise?'],
    [['--versoin'], 'there is no option "--versoin". Did you mean --version?'],
    [['serve', '--frob'], 'there is no option "--frob". See headroom serve --help.'],
    [['estimate', '--widht', '5'], 'there is no option "--widht". Did you mean --width?'],
    [['serve', '--frob=1'], 'there is no option "--frob"'],
    [['serve', '-x'], 'there is no option "-x"'],
    [['serve', '--data-dir'], '--data-dir needs a value'],
    [['serve', '--standalone=yes'], '--standalone takes no value'],
    [['serve', 'now'], 'unexpected "now"'],
    [['serve', '--parent-pid', '0'], 'id of a process'],
    [['serve', '--parent-pid', '1e3'], 'id of a process'],
    [['serve', '--webui-id', 'a b'], '--webui-id must be'],
    [['estimate', '--width', '512'], '--width and --height'],
    [['estimate', '--width', '512', '--height', '1000000'], '--height must be from 1 to 999999, not 1000000'],
    [['estimate', '--width', '5.5', '--height', '512'], '--width must be a whole number, not "5.5"'],
    [['estimate', '--width', '-5', '--height', '512'], '--width must be from 1 to 999999, not -5'],
    [['estimate', '--width', '--height', '512'], '--width needs a value'],
    [['estimate', '--width', '512', '--height', '512', '--batch', 'two'], '--batch must be a whole number, not "two"'],
    [['estimate', '--width', '512', '--height', '512', '--hires', 'big'], 'such as 1536x1536'],
    [['estimate', '--width', '0', '--height', '512'], '--width must be from 1 to 999999, not 0'],
    [['max', '--width', '512', '--height', '512', '--batch', '0'], '--batch must be from 1 to 999999, not 0'],
    [['estimate', '--width', '512', '--height', '512', '--upscaler', 'latent'], 'needs --hires'],
    [['estimate', '--width', '512', '--height', '512', '--other-mib', '-5'], '--other-mib'],
    [['estimate', '--key', '--json'], '--key needs a value'],
    [['completion'], 'bash, zsh, fish, powershell'],
    [['completion', 'tcsh'], 'bash, zsh, fish, powershell'],
    [['estimate', '--width', '512', '--height', '512', '--with', 'controlnet,'], '"" names none'],
    [['import'], 'needs a FILE'],
    [['export', 'a', 'b'], 'unexpected "b"'],
    [['import', 'a', '--force'], 'there is no option "--force"'],
  ])('does not understand %j, says why, and exits with 2', async (args, words) => {
    expect(await runCli(args, world)).toBe(2);
    expect(world.complained()).toContain(words);
    expect(world.printed()).toBe('');
  });

  test('takes a value that begins with two hyphens where it stands behind an equals sign', async () => {
    fill(world.defaultDataDir());
    expect(await runCli(['estimate', '--width=512', '--height', '512', '--key=--json'], world)).toBe(1);
    expect(world.complained()).toContain('begins with "--json"');
  });

  test('serves what it was told', async () => {
    expect(
      await runCli(
        ['serve', '--data-dir', '/d', '--parent-pid', '42', '--webui-id', 'w-1', '--nvidia-smi', '/n'],
        world,
      ),
    ).toBe(0);
    expect(await runCli(['serve', '--standalone'], world)).toBe(0);
    expect(world.served).toEqual([
      { dataDir: '/d', parentPid: 42, standalone: false, nvidiaSmi: '/n', webuiId: 'w-1' },
      { dataDir: world.defaultDataDir(), parentPid: null, standalone: true, nvidiaSmi: null, webuiId: null },
    ]);
  });
});

describe('headroom estimate', () => {
  test('of a set-up that was never read at rest says that others are to be named, and takes them', async () => {
    const unread = calibratingRuns(KEY).map((run) => ({ ...run, baseline: { ...run.baseline, otherMiB: null } }));
    fillStore(world.defaultDataDir(), unread, world.nowMs());
    const line = ['estimate', '--width', '512', '--height', '512'];
    for (const verb of [line, ['max'], ['advise', '--width', '512', '--height', '512']]) {
      const terminal = createWorld(world.defaultDataDir());
      expect([await runCli(verb, terminal), terminal.printed()]).toEqual([1, '']);
      expect(terminal.complained()).toMatch(/^headroom \w+: what is in use beside the WebUI is not known.*--other-mib/);
      const script = createWorld(world.defaultDataDir());
      expect(await runCli([...verb, '--json'], script)).toBe(1);
      expect(JSON.parse(script.printed())).toMatchObject({ message: expect.stringContaining('--other-mib') });
    }
    expect([await runCli([...line, '--other-mib', '600'], world), world.complained()]).toEqual([0, '']);
  });

  test('gives one JSON object that holds the truth in its interval', async () => {
    fill(world.defaultDataDir());
    expect(await runCli(['estimate', '--width', '768', '--height', '768', '--batch', '2', '--json'], world)).toBe(0);
    const result = JSON.parse(world.printed()) as {
      status: string;
      keyHash: string;
      required: { lowMiB: number; highMiB: number };
    };
    // Before the last run 800 MiB were not torch's, and 100 MiB of what torch had reserved were free within the
    // weights' segments.
    const needMiB = truth(SD15_LIKE, settingsOf('txt2img', 768, 768, 2)).needMiB + 100 + 800;
    expect(result).toMatchObject({ status: 'estimated', keyHash: KEY });
    expect([result.required.lowMiB <= needMiB, needMiB <= result.required.highMiB]).toEqual([true, true]);
  });

  test('says that settings of which six generations ran out of memory will not fit, and that the estimates are off', async () => {
    const later = { ...world, nowMs: () => 1_797_000_000_000 };
    await runCli(
      ['import', new URL('../../fixtures/exports/ordinary-out-of-memory.ndjson', import.meta.url).pathname, '--own'],
      later,
    );
    const terminal = { ...createWorld(world.defaultDataDir()), nowMs: later.nowMs };
    expect(await runCli(['estimate', '--width', '1024', '--height', '1024', '--batch', '4'], terminal)).toBe(0);
    expect(terminal.printed()).toMatch(/Verdict {3}will not fit: [\d.]+ [MG]iB short of the/);
    expect(terminal.printed()).toMatch(/Drift {5}\+5\.\d GiB and more, out of memory, against the estimates/);
  });

  test('exits with 3 where it will not fit and the script asks for that', async () => {
    fill(world.defaultDataDir());
    const large = ['estimate', '--width', '2048', '--height', '2048', '--batch', '8'];
    expect(await runCli(large, world)).toBe(0);
    expect(world.printed()).toContain('will not fit');
    expect(await runCli([...large, '--exit-code'], world)).toBe(3);
    expect(await runCli(['estimate', '--width', '512', '--height', '512', '--exit-code'], world)).toBe(0);
  });

  test('colours the verdict and wraps its lines in a terminal, and nowhere else', async () => {
    fill(world.defaultDataDir());
    const args = ['estimate', '--width', '2048', '--height', '2048', '--batch', '8'];
    await runCli(args, world);
    expect(world.printed()).not.toContain('\u001b');
    const terminal = createWorld(world.defaultDataDir());
    await runCli(args, { ...terminal, look: { columns: 60, colour: true } });
    expect(terminal.printed()).toMatch(/\u001b\[31mwill not fit: /);
    const widths = terminal
      .printed()
      .split('\n')
      .map((line) => line.replaceAll(/\u001b\[\d+m/g, '').length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(60);
  });

  test('adds what is said to be in use by others', async () => {
    fill(world.defaultDataDir());
    const figures = [];
    for (const other of ['0', '1000']) {
      const terminal = createWorld(world.defaultDataDir());
      await runCli(['estimate', '--width', '512', '--height', '512', '--other-mib', other, '--json'], terminal);
      figures.push((JSON.parse(terminal.printed()) as { required: { valueMiB: number } }).required.valueMiB);
    }
    expect((figures[1] ?? 0) - (figures[0] ?? 0)).toBe(1000);
  });

  test('names what is switched on beside and was not measured, once each, and knows what a LoRA takes', async () => {
    fill(world.defaultDataDir());
    const size = ['--width', '512', '--height', '512'];
    expect(await runCli(['estimate', ...size, '--with', 'controlnet, ADetailer,lora'], world)).toBe(0);
    expect(world.printed()).toContain('Controlnet is not counted yet: usually 690 MiB to 1.5 GiB.');
    expect(world.printed()).toContain('ADetailer is not counted yet: usually');
    expect(world.printed()).not.toMatch(/lora/i);
  });

  test('says in words what fits, and knows hires fix and a key by its beginning', async () => {
    fill(world.defaultDataDir());
    const args = [
      'estimate',
      '--width',
      '512',
      '--height',
      '512',
      '--hires',
      '1024x1024',
      '--upscaler',
      'latent',
      '--key',
      KEY.slice(0, 6),
    ];
    expect(await runCli(args, world)).toBe(0);
    expect(world.printed()).toMatch(/Required .* GiB[\s\S]*Peak[\s\S]*Verdict +fits/);
    // What is to spare can be worked out from what stands beside it, each rounded to a tenth.
    const [, margin, usable, high] =
      /fits: ([\d.]+) GiB to spare of the ([\d.]+) GiB that programs can have.*, even at ([\d.]+) GiB/.exec(
        world.printed(),
      ) ?? [];
    expect(Math.abs(Number(usable) - Number(high) - Number(margin))).toBeLessThan(0.16);
  });

  test('says beforehand that an image with its peak at the edge is slow, where the driver gives out system RAM', async () => {
    fill(world.defaultDataDir());
    const args = ['estimate', '--width', '768', '--height', '768', '--batch', '2'];
    await runCli([...args, '--other-mib', '0', '--json'], world);
    const { peak, usableMiB } = JSON.parse(world.printed()) as { peak: { valueMiB: number }; usableMiB: number };
    const atTheEdge = [...args, '--other-mib', String(usableMiB - peak.valueMiB)];
    const said = async (driverMaySpill: boolean): Promise<string> => {
      const terminal = { ...createWorld(world.defaultDataDir()), driverMaySpill: () => driverMaySpill };
      await runCli(atTheEdge, terminal);
      return terminal.printed();
    };
    expect(await said(true)).toMatch(/Note .*The peak reaches the edge.*system RAM/);
    expect(await said(false)).not.toContain('system RAM');
  });

  test.each<[string, string[], string]>([
    ['there is no store', [], 'no store'],
    ['the key is not known', ['--key', 'zzz'], 'begins with "zzz"'],
  ])('fails with words where %s', async (_what, args, words) => {
    if (args.length > 0) fill(world.defaultDataDir());
    expect(await runCli(['estimate', '--width', '512', '--height', '512', ...args], world)).toBe(1);
    expect(world.complained()).toContain(words);
  });

  test('makes no folder where there is none', async () => {
    await runCli(['estimate', '--width', '512', '--height', '512'], world);
    expect(existsSync(world.defaultDataDir())).toBe(false);
  });
});

describe('headroom max', () => {
  test('says at which batch size a size fits, and at which size a batch', async () => {
    fill(world.defaultDataDir());
    expect(await runCli(['max', '--width', '640', '--height', '512', '--batch', '2'], world)).toBe(0);
    expect(world.printed()).toMatch(/Largest +\d+x\d+ at batch size 2\nBatch +\d+ at 640x512\n/);
  });

  test('says of which base either answer of hires fix is', async () => {
    fill(world.defaultDataDir());
    expect(await runCli(['max', '--width', '512', '--height', '512', '--hires', '1024x1024'], world)).toBe(0);
    const told =
      /Largest +base (\d+)x\1, enlarged to (\d+)x\2 \("Upscale by" 2\), at batch size 1\nBatch +\d+ at 512x512 to 1024x1024\n/;
    const [, base, target] = told.exec(world.printed()) ?? [];
    expect(Number(target)).toBe(2 * Number(base));
    expect(world.printed()).toMatch(/Hires fix +from this base 512x512 up to (\d+)x\1 \("Upscale by" [\d.]+\)\n/);
  });
});

describe('headroom import', () => {
  const MADE_UP = exampleRun({
    runId: 'made-up',
    keyHash: KEY,
    settings: settingsOf('txt2img', 2048, 2048, 8),
    phases: [],
    torch: { activePeakMiB: 3600, reservedPeakMiB: 3800, allocRetries: 0, ooms: 0 },
  });
  const estimate = ['estimate', '--width', '2048', '--height', '2048', '--batch', '8', '--other-mib', '720'];

  function fileOf(...entries: object[]): string {
    const file = join(dir, 'theirs.ndjson');
    writeFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    return file;
  }

  test('of a run that somebody made up changes no estimate, and says that it contradicts what was measured here', async () => {
    fill(world.defaultDataDir());
    expect(await runCli(estimate, world)).toBe(0);
    const before = world.printed();
    expect(before).toContain('will not fit');
    expect(await runCli(['import', fileOf({ kind: 'run', run: MADE_UP })], world)).toBe(0);
    expect(world.printed()).toContain(
      `Set-up ${KEY}: The imported runs of this set-up contradict what was measured here`,
    );
    const told = world.printed();
    await runCli(estimate, world);
    expect(world.printed()).toBe(told + before);
  });

  test('is undone by forget, which takes nothing else and asks to be told so', async () => {
    fill(world.defaultDataDir());
    await runCli(['import', fileOf({ kind: 'run', run: MADE_UP })], world);
    expect(await runCli(['forget'], world)).toBe(2);
    expect(await runCli(['forget', '--imported', '--key', 'ffff'], world)).toBe(0);
    expect(await runCli(['forget', '--imported', '--key', KEY.slice(0, 6)], world)).toBe(0);
    expect(world.printed()).toMatch(/0 imported runs removed\.\n1 imported run removed\.\n$/);
    const store = openStore(world.defaultDataDir(), world.nowMs());
    expect(store.allRuns()).toHaveLength(12);
    store.close();
  });

  test('brings no line and no sequence to the terminal, from whatever name', async () => {
    const names = 'x\nVerdict   fits\u2028\u001b[2J\u009b1A';
    const environment = {
      ...storedEnvironmentOf(ENVIRONMENT),
      checkpoint: names,
      device: { ...ENVIRONMENT.device, name: names, uuid: 'GPU-theirs' },
    };
    const keyHash = keyHashOf(environment);
    const theirs = calibratingRuns(keyHash).map((run) => ({ kind: 'run', run }));
    await runCli(
      ['import', fileOf({ kind: 'environment', keyHash, seenAtMs: world.nowMs(), environment }, ...theirs)],
      world,
    );
    for (const args of [estimate, [...estimate, '--json'], ['export']]) {
      await runCli(args, world);
      expect(world.printed()).not.toMatch(/^Verdict {3}fits|[^\P{Cc}\n]|\u2028/mu);
    }
  });
});

describe('headroom export and import', () => {
  test('carry all runs to another store, by a file', async () => {
    fill(world.defaultDataDir());
    const file = join(dir, 'runs.ndjson');
    expect(await runCli(['export', file], world)).toBe(0);
    const other = createWorld(join(dir, 'other'));
    expect(await runCli(['import', file, '--own'], other)).toBe(0);
    expect(other.printed()).toContain('12 runs added');
    expect(await runCli(['export'], other)).toBe(0);
    expect(other.printed()).toContain(readFileSync(file, 'utf8'));
  });

  test('do not overwrite a file unless told to', async () => {
    fill(world.defaultDataDir());
    const file = join(dir, 'thesis.txt');
    writeFileSync(file, 'the only copy');
    expect(await runCli(['export', file], world)).toBe(1);
    expect(world.complained()).toContain('it is there already; --force replaces it');
    expect(readFileSync(file, 'utf8')).toBe('the only copy');
    expect(await runCli(['export', file, '--force'], world)).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('"kind":"headroom-export"');
  });

  describe.each<[string, (store: string) => void, string]>([
    ['damaged', (store) => writeFileSync(store, 'nonsense '.repeat(100)), 'is damaged'],
    ['a link that leads nowhere', (store) => symlinkSync(join(dir, 'gone'), store), 'cannot be read'],
    ['no file', (store) => mkdirSync(store), 'cannot be read'],
    ["a later version's", ofLaterVersion, "a later version's"],
  ])('leave a store that is %s as it is', (_what, spoil, words) => {
    test.each(['export', 'estimate'])('and %s fails with words', async (command) => {
      const dataDir = world.defaultDataDir();
      mkdirSync(dataDir);
      spoil(join(dataDir, 'headroom.sqlite'));
      const backup = join(dir, 'backup.ndjson');
      writeFileSync(backup, 'the only copy');
      const args = command === 'export' ? [backup, '--force'] : ['--width', '512', '--height', '512'];
      expect(await runCli([command, ...args], world)).toBe(1);
      expect(world.complained()).toContain(words);
      expect(readFileSync(backup, 'utf8')).toBe('the only copy');
      expect(readdirSync(dataDir)).toEqual(['headroom.sqlite']);
    });
  });

  test('write what can be read of a store with a damaged entry, and fail', async () => {
    fill(world.defaultDataDir());
    const database = new DatabaseSync(join(world.defaultDataDir(), 'headroom.sqlite'));
    database.exec("UPDATE runs SET body = 'nonsense' WHERE run_id = (SELECT min(run_id) FROM runs)");
    database.close();
    expect(await runCli(['export'], world)).toBe(1);
    expect(world.printed().match(/"kind":"run"/g)).toHaveLength(11);
    expect(world.complained()).toContain('Some entries in the store of runs cannot be read');
  });

  test('replace what a link leads to, and not the link', async () => {
    fill(world.defaultDataDir());
    const [file, link] = [join(dir, 'runs.ndjson'), join(dir, 'link')];
    writeFileSync(file, 'older');
    symlinkSync(file, link);
    expect(await runCli(['export', link, '--force'], world)).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('"kind":"headroom-export"');
    expect(readdirSync(dir).toSorted()).toEqual(['data', 'link', 'runs.ndjson']);
  });

  test('name the line that is wrong, and fail', async () => {
    const file = join(dir, 'bad.ndjson');
    writeFileSync(file, '{"kind":"headroom-export","version":1}\nnonsense\n');
    expect(await runCli(['import', file], world)).toBe(1);
    expect(world.complained()).toContain('line 2: not JSON');
  });

  test('refuse what a later version wrote, whole and with one message', async () => {
    const file = join(dir, 'later.ndjson');
    writeFileSync(
      file,
      `{"kind":"headroom-export","version":2}\n${JSON.stringify({ kind: 'run', run: exampleRun() })}\n`,
    );
    expect(await runCli(['import', file], world)).toBe(1);
    expect(world.complained()).toBe(
      `headroom import: "${file}" was written by a later version of Headroom: update this one. Nothing was taken over.\n`,
    );
    expect(world.printed()).toBe('');
    expect(existsSync(world.defaultDataDir())).toBe(false);
  });

  test('say once of a file that is no export that it is none', async () => {
    const file = join(dir, 'notes.txt');
    writeFileSync(file, 'a note\n'.repeat(100));
    expect(await runCli(['import', file], world)).toBe(1);
    expect(world.complained()).toBe(
      `headroom import: line 1: not JSON\nheadroom import: "${file}" does not look like an export of Headroom's.\n`,
    );
    expect(world.printed()).toBe('0 runs added, 0 known already, 100 lines left out.\n');
  });

  test('name the line of a run whose figures contradict each other, and take the others', async () => {
    const file = join(dir, 'edited.ndjson');
    const lines = [exampleRun({ runId: 'a' }), exampleRun({ runId: 'b', totalMiB: 0 })].map(
      (run) => `${JSON.stringify({ kind: 'run', run })}\n`,
    );
    writeFileSync(file, lines.join(''));
    expect(await runCli(['import', file], world)).toBe(1);
    expect(world.complained()).toBe('headroom import: line 2: run.totalMiB: less than 1 MiB, which no device has\n');
    expect(world.printed()).toBe(
      '1 run added, 0 known already, 1 line left out.\nThey are marked as imported; "headroom forget --imported" removes them.\n',
    );
  });

  test.each(['', 'nonsense\n', '{"kind":"headroom-export","version":1}\n'])(
    'make no store for a file with nothing to take over (%j)',
    async (text) => {
      const file = join(dir, 'nothing.ndjson');
      writeFileSync(file, text);
      await runCli(['import', file], world);
      expect(world.printed()).toMatch(/^0 runs added, 0 known already, (0 lines|1 line) left out\.\n$/);
      expect(existsSync(world.defaultDataDir())).toBe(false);
    },
  );

  test('fail where nothing can be written, rather than keep runs in a memory that ends with them', async () => {
    fill(world.defaultDataDir());
    const file = join(dir, 'runs.ndjson');
    await runCli(['export', file], world);
    expect(await runCli(['import', file, '--data-dir', join(file, 'below')], world)).toBe(1);
    expect(world.complained()).toContain('cannot be written');
    expect(world.complained()).toContain('nothing was kept');
    expect(world.printed()).toBe('');
  });

  test('say what to do where a folder or a device is named, which may have no end', async () => {
    expect(await runCli(['import', dir], world)).toBe(2);
    expect(world.complained()).toContain('it is a folder. Name the file in it.');
    for (const device of ['/dev/full', '/dev/zero'].filter((path) => existsSync(path))) {
      expect(await runCli(['import', device], world)).toBe(2);
      expect(world.complained()).toContain(
        `"${device}" cannot be read: it is a device and no file. Save its text as a file, and name that.`,
      );
    }
  });

  test('fail with words where there is no file, or no store', async () => {
    expect(await runCli(['import', join(dir, 'none')], world)).toBe(2);
    expect(world.complained()).toContain('cannot be read: there is no such file or folder');
    expect(world.complained()).not.toContain('ENOENT');
    expect(existsSync(world.defaultDataDir())).toBe(false);
    expect(await runCli(['export', '--data-dir', join(dir, 'nowhere')], world)).toBe(1);
    expect(world.complained()).toContain('no store');
  });
});
