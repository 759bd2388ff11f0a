/**
 * Puts the pieces of a stream together to lines. Node's readline would hold a line of any length: no program and no
 * file may fill our memory by never ending one.
 */
export interface LineSplitter {
  /** @param text cut anywhere, also between \r and \n. */
  feed(text: string): void;
  /** The stream is over: what is left is a line too. */
  end(): void;
}

/**
 * @param onLine called with each line, without its line break; with null, once and at once, for a line longer than
 *   `mostCharacters`, of which nothing is kept.
 */
export function createLineSplitter(mostCharacters: number, onLine: (line: string | null) => void): LineSplitter {
  let rest = '';
  let tooLong = false;

  function take(text: string): void {
    if (tooLong) return;
    rest += text;
    tooLong = rest.length > mostCharacters;
    if (!tooLong) return;
    rest = '';
    onLine(null);
  }

  function endLine(): void {
    const line = rest;
    const whole = !tooLong;
    rest = '';
    tooLong = false;
    if (whole) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  return {
    feed(text) {
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        take(text.slice(start, end));
        endLine();
        start = end + 1;
      }
      take(text.slice(start));
    },
    end() {
      if (rest !== '') endLine();
    },
  };
}

/** The lines of a text that comes in pieces, the last one with or without a line break; null for one too long. */
export async function* linesOf(
  pieces: AsyncIterable<string> | Iterable<string>,
  mostCharacters: number,
): AsyncGenerator<string | null> {
  const ready: (string | null)[] = [];
  const splitter = createLineSplitter(mostCharacters, (line) => ready.push(line));
  for await (const piece of pieces) {
    splitter.feed(piece);
    yield* ready.splice(0);
  }
  splitter.end();
  yield* ready;
}
