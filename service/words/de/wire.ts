/**
 * What either end of the wire is told where it does not keep the protocol: it may be of another version, and have other
 * words.
 */
export const ANOTHER_HOST: string = 'Eine andere Verbindung der WebUI hat übernommen.';
export const OWN_ERROR: string =
  'In Headroom selbst ist ein Fehler aufgetreten; Einzelheiten in der Konsole der WebUI.';
export const NO_HELLO: string = 'Die erste Nachricht muss "hello" sein.';
export const NOT_TEXT: string = 'Die Nachricht ist binär; erwartet wird JSON als Text.';
export const NOT_JSON: string = 'Die Nachricht ist kein JSON.';

const MOST_OF_A_TYPE = 40;
const MOST_PROBLEMS = 3;
const MOST_CHARACTERS = 1_000;

/** `protocol`: the version that the shim speaks; `ours`: the sidecar's. */
export function shimVersionInWords(protocol: number, ours: number): string {
  return `Die Erweiterung spricht Version ${protocol} des Protokolls, der Sidecar Version ${ours}: WebUI neu starten.`;
}

/** The same of a page. */
export function pageVersionInWords(protocol: number, ours: number): string {
  return (
    `Diese Seite spricht Version ${protocol} des Protokolls, der Sidecar Version ${ours}: Seite neu laden, und wenn ` +
    'das nicht hilft, die WebUI neu starten.'
  );
}

export function tooEarlyInWords(type: string): string {
  return `"environment" muss vor "${type}" kommen.`;
}

export function tooManyInWords(mostPerSecond: number): string {
  return `Mehr als ${mostPerSecond} Nachrichten pro Sekunde; die Verbindung wurde geschlossen.`;
}

/** `type` of the message, null where it has none; `problems`: places of it, never its values. */
export function unfitInWords(type: string | null, problems: readonly string[]): string {
  const subject = type === null ? 'Die Nachricht' : `Die Nachricht "${type.slice(0, MOST_OF_A_TYPE)}"`;
  return `${subject} entspricht nicht dem Protokoll: ${problems.slice(0, MOST_PROBLEMS).join('; ')}`.slice(
    0,
    MOST_CHARACTERS,
  );
}
