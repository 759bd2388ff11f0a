/** A terminal that is written over as a whole, and given back as it was. */

export interface Screen {
  /** Read anew each time: a window is made larger. */
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** Calls back with each key; returns the function that gives the keyboard back. */
  readonly onKey: (listener: (key: string) => void) => () => void;
}

const OTHER_SCREEN = '\u001b[?1049h\u001b[?25l';
const FORMER_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';

export interface OpenScreen {
  draw(lines: readonly string[]): void;
  close(): void;
}

export function openScreen({ write, onKey }: Screen, onEnd: () => void): OpenScreen {
  write(OTHER_SCREEN);
  const giveBack = onKey((key) => {
    // In raw mode Ctrl+C is a key like any other.
    if (key === 'q' || key === 'Q' || key === '\u0003') onEnd();
  });
  let open = true;
  return {
    draw: (lines) => {
      // Nothing is cleared beforehand: it would flicker.
      if (open) write(`${HOME}${lines.map((line) => line + REST_OF_LINE).join('\r\n')}\r\n${REST_OF_SCREEN}`);
    },
    close: () => {
      if (!open) return;
      open = false;
      giveBack();
      write(FORMER_SCREEN);
    },
  };
}
