/**
 * `npm run record -- NAME [--about TEXT] [-- COMMAND ...]`: keeps what a command printed as a fixture of nvidia-smi's
 * texts, with the cards' ids replaced. Without a command it asks the nvidia-smi of this machine as the sampler does.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { doctorReplay } from '../service/cli/doctor-replay.ts';
import { findNvidiaSmi, isExecutableFile } from '../service/memory/sources/nvidia-smi/find-binary.ts';
import { MANDATORY_FIELDS, OPTIONAL_FIELDS } from '../service/memory/sources/nvidia-smi/fields.ts';
import { ROOT } from './node24.mjs';
import { fixtureText, readRecordArgs } from './record/args.ts';

const FOLDER = join(ROOT, 'test/fixtures/nvidia-smi');
const LIMIT_MS = 60_000;

function ownQuestion(): readonly string[] | null {
  const { platform, env } = process;
  const file = findNvidiaSmi({ platform, env, isExecutable: isExecutableFile });
  const fields = [...MANDATORY_FIELDS, ...OPTIONAL_FIELDS].join(',');
  return file === null ? null : [file, `--query-gpu=${fields}`, '--format=csv'];
}

async function record(argv: readonly string[]): Promise<number> {
  const asked = readRecordArgs(argv);
  if (!asked.ok) return complain(asked.error);
  const { name, about, command: given } = asked;
  const file = join(FOLDER, name);
  if (existsSync(`${file}.txt`)) return complain(`there is a fixture "${name}" already: choose another name.`);
  const command = given ?? ownQuestion();
  if (command === null) return complain('nvidia-smi was not found: put its folder on PATH, or give a command.');
  const [program = '', ...args] = command;
  const end = await execa(program, args, { all: true, reject: false, timeout: LIMIT_MS, stripFinalNewline: false });
  if (end.exitCode === undefined) return complain(`"${program}" did not run to its end: ${end.shortMessage ?? ''}`);
  const text = fixtureText(end.all);
  const expected = doctorReplay({ text, exitCode: end.exitCode });
  writeFileSync(`${file}.txt`, text);
  writeFileSync(`${file}.json`, `${JSON.stringify({ about, exitCode: end.exitCode, expected }, null, 2)}\n`);
  console.log(`${file}.txt and .json are written. "expected" is how it is read today: correct it where it is wrong.`);
  return 0;
}

function complain(why: string): number {
  console.error(`record: ${why}`);
  return 2;
}

process.exitCode = await record(process.argv.slice(2));
