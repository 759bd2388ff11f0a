/** Puts the pieces of a stream together to lines. */

/** A line longer than this is handed on in parts: no program may fill our memory by never ending a line. */
const MAX_LINE_CHARACTERS = 65_536;

/** Takes text cut anywhere (also between \r and \n) and calls `onLine` with each whole line, without its line break. */
export function createLineSplitter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = rest + text.slice(start, end);
      rest = '';
      start = end + 1;
      onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    rest += text.slice(start);
    while (rest.length > MAX_LINE_CHARACTERS) {
      onLine(rest.slice(0, MAX_LINE_CHARACTERS));
      rest = rest.slice(MAX_LINE_CHARACTERS);
    }
  };
}
