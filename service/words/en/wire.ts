/**
 * What either end of the wire is told where it does not keep the protocol: it may be of another version, and have other
 * words.
 */
export const ANOTHER_HOST: string = 'Another connection of the WebUI took over.';
export const OWN_ERROR: string = 'Headroom met an error of its own; the console of the WebUI has its details.';
export const NO_HELLO: string = 'The first message must be "hello".';
export const NOT_TEXT: string = 'The message is binary; JSON text is expected.';
export const NOT_JSON: string = 'The message is not JSON.';

const MOST_OF_A_TYPE = 40;
const MOST_PROBLEMS = 3;
const MOST_CHARACTERS = 1_000;

/** `protocol`: the version that the shim speaks; `ours`: the sidecar's. */
export function shimVersionInWords(protocol: number, ours: number): string {
  return `The extension speaks version ${protocol} of the protocol, the sidecar version ${ours}: restart the WebUI.`;
}

/** The same of a page. */
export function pageVersionInWords(protocol: number, ours: number): string {
  return (
    `This page speaks version ${protocol} of the protocol, the sidecar version ${ours}: reload the page, and ` +
    'restart the WebUI if that does not help.'
  );
}

export function tooEarlyInWords(type: string): string {
  return `"environment" must come before "${type}".`;
}

export function tooManyInWords(mostPerSecond: number): string {
  return `More than ${mostPerSecond} messages a second; the connection was closed.`;
}

/** `type` of the message, null where it has none; `problems`: places of it, never its values. */
export function unfitInWords(type: string | null, problems: readonly string[]): string {
  const subject = type === null ? 'The message' : `The message "${type.slice(0, MOST_OF_A_TYPE)}"`;
  return `${subject} does not fit the protocol: ${problems.slice(0, MOST_PROBLEMS).join('; ')}`.slice(
    0,
    MOST_CHARACTERS,
  );
}
