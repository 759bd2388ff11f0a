/** Room for one child. A second is never started while the first lives, even where that cannot be killed. */
import type { Clock } from '../../base/clock.ts';
import type { CommandEnd, CommandRunner, OnText } from './command.ts';

/** Between asking a child to end and ending it: killing a program that talks to the driver can freeze the card. */
export const KILL_AFTER_MS = 1000;

export interface Child {
  readonly ended: Promise<CommandEnd>;
  /** SIGTERM, then SIGKILL; further calls do nothing. */
  end(): void;
}

export interface ChildSlot {
  /** The child in the slot that has not ended. */
  readonly living: Child | null;
  /** Throws where the slot is taken: whoever starts a child has waited for the last one. */
  start(file: string, args: readonly string[], onText: OnText): Child;
}

export function createChildSlot(clock: Clock, runCommand: CommandRunner): ChildSlot {
  let living: Child | null = null;
  return {
    get living() {
      return living;
    },
    start(file, args, onText) {
      if (living !== null) throw new Error('a child lives already');
      const running = runCommand(file, args, onText);
      let killTimer: { clear(): void } | null = null;
      let ending = false;
      const child: Child = {
        ended: running.ended.then((end) => {
          killTimer?.clear();
          living = null;
          return end;
        }),
        end() {
          if (ending || living !== child) return;
          ending = true;
          running.kill('SIGTERM');
          killTimer = clock.setTimeout(() => running.kill('SIGKILL'), KILL_AFTER_MS);
        },
      };
      living = child;
      return child;
    },
  };
}
