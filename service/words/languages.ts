/** Which languages there are, and which one a name means. Each is a folder beside this file. */

/** By how the names begin that systems, browsers and localizations of the WebUI give it. */
const NAMES = {
  en: ['en', 'english'],
  de: ['de', 'german', 'deutsch'],
} as const;

export type Language = keyof typeof NAMES;

export const LANGUAGES = Object.keys(NAMES) as readonly Language[];

/** Of "de_DE.UTF-8", "de-AT", "German (DE)"; null where it is none of these. */
export function languageOf(name: string): Language | null {
  const [first] = name.toLowerCase().split(/[^a-z]/);
  return LANGUAGES.find((language) => NAMES[language].some((known) => known === first)) ?? null;
}
