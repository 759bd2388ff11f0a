/** What reaches us and is the program's: signals. */
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

const PASSED_ON = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
/** A terminal's keys send these to all that runs in front of it, the program too. */
const BY_KEY: readonly string[] = ['SIGINT', 'SIGQUIT'];

/** Until it is ended by the function that it returns, none of them ends us. */
export function passSignals(kill: (signal: NodeJS.Signals) => void, inFront = isInFrontOfTerminal()): () => void {
  const listeners = PASSED_ON.map((signal) => {
    const listener = (): void => {
      // Twice would tell a Python program to stop what it does to stop in order.
      if (!inFront || !BY_KEY.includes(signal)) kill(signal);
    };
    process.on(signal, listener);
    return () => void process.off(signal, listener);
  });
  return () => {
    for (const end of listeners) end();
  };
}

/** Linux tells whose keys reach us; elsewhere a terminal on any of our streams says that its do. */
function isInFrontOfTerminal(): boolean {
  if (process.platform !== 'linux') return [0, 1, 2].some((descriptor) => isatty(descriptor));
  try {
    const text = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , terminal, groupInFront] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return terminal !== '0' && group === groupInFront;
  } catch {
    return false;
  }
}
