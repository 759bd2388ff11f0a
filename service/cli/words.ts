import { types } from 'node:util';

/** `1 line`, `2 lines`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not',
  EEXIST: 'it is there already; --force replaces it',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

/** Why a file could not be read or written; other errors say it themselves. */
export function fileProblem(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return ('code' in error ? PROBLEMS[String(error.code)] : undefined) ?? error.message;
}
