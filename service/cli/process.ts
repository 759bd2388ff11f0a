import { readFileSync } from 'node:fs';
import { types } from 'node:util';

/** Whether a process is there and has not ended; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return types.isNativeError(error) && 'code' in error && error.code === 'EPERM';
  }
  return !isZombie(pid);
}

/**
 * Ended, and kept in the list until its parent looks: in a container that may be never. Only Linux tells it cheaply.
 */
function isZombie(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the program's name in brackets, which may hold anything.
    return text.slice(text.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

/** Calls back when this process is asked to end. */
export function onSignal(callback: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, callback);
}

/**
 * Upon SIGUSR1, whoever sends it for whatever reason, Node.js opens a port for debuggers that asks for no token: one of
 * ours that listens keeps it shut.
 */
export function keepDebuggersOut(): void {
  process.on('SIGUSR1', () => undefined);
}
