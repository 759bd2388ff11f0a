/** What a terminal would act on: JSON leaves these as they are, and reads their escapes as the same. */
const ACTS_ON_TERMINALS = /[\u007f-\u009f\u2028\u2029]|\p{Bidi_Control}/gu;

/** One line of JSON that can be printed, whatever the texts in it. */
export function jsonLine(value: object): string {
  const escaped = (one: string): string => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value).replaceAll(ACTS_ON_TERMINALS, escaped)}\n`;
}
