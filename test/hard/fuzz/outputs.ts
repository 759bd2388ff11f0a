/** What any output of nvidia-smi must be answered with. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeOutput, doctorReplay } from '../../../service/cli/doctor-replay.ts';
import { readComputeApps } from '../../../service/memory/sources/nvidia-smi/compute-apps.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/nvidia-smi');

export function outputFixtures(): string[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => decodeOutput(readFileSync(join(FIXTURES, name))));
}

/** Null where both readings of `text` are as they must be, else what is wrong. */
export function problemOfOutput(text: string, exitCode: number): string | null {
  try {
    return problemOfCards(text, exitCode) ?? problemOfProcesses(text);
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

function problemOfCards(text: string, exitCode: number): string | null {
  const answer = doctorReplay({ text, exitCode });
  if (!answer.ok) return typeof answer.reason === 'string' ? null : 'no reason';
  for (const gpu of answer.gpus) {
    const { index, usedMiB, totalMiB } = gpu;
    const wrong = [index, usedMiB, totalMiB].find(
      (figure) => figure !== null && !(Number.isFinite(figure) && figure >= 0),
    );
    if (wrong !== undefined) return `a figure of ${wrong}`;
    if (usedMiB !== null && totalMiB !== null && usedMiB > totalMiB) return 'more used than there is';
  }
  if (answer.gpus.length === 0) return 'ok without a card';
  return answer.unusable.every(({ row }) => Number.isInteger(row) && row >= 0) ? null : 'a row without a number';
}

function problemOfProcesses(text: string): string | null {
  const wrong = readComputeApps(text, null)?.find(
    ({ pid, usedMiB }) => !Number.isInteger(pid) || (usedMiB !== null && !(Number.isFinite(usedMiB) && usedMiB >= 0)),
  );
  return wrong === undefined ? null : `the process ${JSON.stringify(wrong)}`;
}
