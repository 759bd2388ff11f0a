import { cutTo } from './text-width.ts';

/** One line of a terminal that is written over and over, out of the way of what a program prints. */
export interface LiveLine {
  show(text: string): void;
  /** The line is empty again. */
  clear(): void;
}

export interface Terminal {
  readonly columns: number;
  readonly write: (text: string) => void;
}

export function createLiveLine(terminal: Terminal | null): LiveLine {
  let shown = false;
  return {
    show: (text) => {
      if (terminal === null) return;
      shown = true;
      terminal.write(`\r\u001b[2K${cutTo(text, Math.max(0, terminal.columns - 1))}`);
    },
    clear: () => {
      if (shown) terminal?.write('\r\u001b[2K');
      shown = false;
    },
  };
}
