/** How long what is still open may keep a process whose work is done. */
const MOST_OPEN_MS = 2_000;

/**
 * Has this process end with `exitCode` once nothing of it is open any more. It is not made to by `process.exit`: that
 * waits for V8's compilers while they may wait for it to collect garbage, and then neither ever ends
 * (nodejs/node#54918), with or without Maglev. Only where something keeps it open all the same, long after the last
 * thing that it did, is it made to.
 */
export function endWith(exitCode: number): void {
  // Not 0 where something that was to be printed could not be written meanwhile.
  process.exitCode ||= exitCode;
  // eslint-disable-next-line no-restricted-properties -- the one place: by now V8 compiles nothing.
  setTimeout(() => process.exit(), MOST_OPEN_MS).unref();
}
