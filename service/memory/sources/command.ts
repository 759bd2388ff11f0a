/** Running a program: the only door of the sampler to other processes, so that tests can pass their own. */
import { Socket } from 'node:net';
import { execa } from 'execa';

export interface CommandEnd {
  /** Null where a signal ended it or it never began. */
  readonly exitCode: number | null;
  /**
   * Why it could not be started; `other` where that is neither the program's absence nor its permissions. Null where it
   * was.
   */
  readonly startError: 'not-found' | 'no-permission' | 'other' | null;
}

export interface RunningCommand {
  /** Resolves when the program is gone; never rejects. A program that cannot be killed never resolves. */
  readonly ended: Promise<CommandEnd>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** What a program prints, in pieces that end anywhere. */
export type OnText = (text: string, from: 'stdout' | 'stderr') => void;

export type CommandRunner = (file: string, args: readonly string[], onText: OnText) => RunningCommand;

/** How long after the exit late output may come: a grandchild can hold the pipe for ever. */
const DRAIN_MS = 200;

/** In the C locale, because figures and texts are read. The program dies with this process where that ends in order. */
export const runCommand: CommandRunner = (file, args, onText) => {
  const subprocess = execa(file, args, {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    env: { LC_ALL: 'C' },
    windowsHide: true,
    // Ending it is the caller's: a second signal at the wrong time has frozen cards.
    forceKillAfterDelay: false,
  });
  const pipes = [
    [subprocess.stdout, 'stdout'],
    [subprocess.stderr, 'stderr'],
  ] as const;
  for (const [pipe, stream] of pipes) {
    pipe.setEncoding('utf8');
    pipe.on('data', (text: string) => onText(text, stream));
    // A broken pipe shows as the program's end.
    pipe.on('error', () => undefined);
  }
  const child = subprocess.nodeChildProcess;
  const result = subprocess.then((outcome) => outcome);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const drained = exited.then(() => new Promise<null>((resolve) => setTimeout(() => resolve(null), DRAIN_MS).unref()));
  // The result alone would not do: a broken pipe also ends it, with the program still there.
  const gone = child.pid === undefined ? result : exited.then(() => Promise.race([result, drained]));
  return {
    ended: gone.then((outcome) => {
      for (const [pipe] of pipes) pipe.destroy();
      const startError = child.pid === undefined ? startErrorOf(outcome?.code) : null;
      return { exitCode: startError === null ? child.exitCode : null, startError };
    }),
    kill(signal) {
      subprocess.kill(signal);
      if (signal !== 'SIGKILL') return;
      // One that even this does not end (it hangs in the kernel) must not keep us from ending.
      child.unref();
      for (const [pipe] of pipes) if (pipe instanceof Socket) pipe.unref();
    },
  };
};

function startErrorOf(code: string | undefined): NonNullable<CommandEnd['startError']> {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'not-found';
    case 'EACCES':
    case 'EPERM':
      return 'no-permission';
    default:
      return 'other';
  }
}
