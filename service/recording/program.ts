/** The program that is recorded: on our own stdin, stdout and stderr, without a shell between. */
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { execa } from 'execa';

export type ProgramEnd =
  /** `exitCode` is null where a signal ended it. */
  | { readonly kind: 'ended'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly kind: 'not-started'; readonly reason: 'not-found' | 'not-executable' | 'other'; readonly text: string };

export interface RunningProgram {
  /** Null where it was not started. */
  readonly pid: number | null;
  /** Never rejects. */
  readonly ended: Promise<ProgramEnd>;
  kill(signal: NodeJS.Signals): void;
}

export type StartProgram = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => RunningProgram;

export const startProgram: StartProgram = (file, args, env) => {
  const subprocess = execa(file, args, {
    stdio: 'inherit',
    reject: false,
    buffer: false,
    // It ends when it does: whoever ends us has asked it to end before.
    cleanup: false,
    forceKillAfterDelay: false,
    extendEnv: false,
    env: { ...env },
  });
  const child = subprocess.nodeChildProcess;
  const failed = subprocess.then((outcome) => ({ code: outcome.code ?? '', text: outcome.shortMessage ?? '' }));
  const exited = new Promise<ProgramEnd>((resolve) =>
    child.once('exit', (exitCode, signal) => resolve({ kind: 'ended', exitCode, signal })),
  );
  return {
    pid: child.pid ?? null,
    ended: child.pid === undefined ? failed.then((error) => notStarted(file, error)) : exited,
    kill: (signal) => void subprocess.kill(signal),
  };
};

function notStarted(file: string, { code, text }: { readonly code: string; readonly text: string }): ProgramEnd {
  // A script whose interpreter is not there is reported as if the script were not.
  const isThere = /[/\\]/.test(file) && existsSync(file);
  if (code === 'ENOENT' && !isThere) return { kind: 'not-started', reason: 'not-found', text };
  const isRefused = ['EACCES', 'EPERM', 'ENOEXEC', 'ENOTDIR', 'ENOENT'].includes(code);
  return { kind: 'not-started', reason: isRefused ? 'not-executable' : 'other', text: code === '' ? text : code };
}

/** As a shell would have it. */
export function exitCodeOf(end: ProgramEnd): number {
  if (end.kind === 'not-started') return end.reason === 'not-found' ? 127 : 126;
  if (end.exitCode !== null) return end.exitCode;
  return 128 + (end.signal === null ? 0 : constants.signals[end.signal]);
}
