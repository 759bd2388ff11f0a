import { types } from 'node:util';
import { fileProblemInWords } from '../words/index.ts';
import type { FileProblem, FileProblemCode } from '../words/mistake.ts';

/** A file that is not read: it would have no end, or too late a one. */
export class FileRefused extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

const OF_THE_SYSTEM: readonly FileProblemCode[] = [
  'ENOENT',
  'EACCES',
  'EEXIST',
  'EPERM',
  'EISDIR',
  'ENOTDIR',
  'ENOSPC',
  'EROFS',
];

/** Why a file could not be read or written; other errors say it themselves. */
export function fileProblem(error: unknown): string {
  if (error instanceof FileRefused) return fileProblemInWords(error.problem);
  if (!types.isNativeError(error)) return String(error);
  const code = 'code' in error ? OF_THE_SYSTEM.find((one) => one === error.code) : undefined;
  return code === undefined ? error.message : fileProblemInWords({ code });
}
