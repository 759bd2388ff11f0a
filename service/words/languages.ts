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

/** The page's script in that language, by its path in javascript/. */
export function pageScriptOf(language: Language): string {
  return language === 'en' ? 'headroom.js' : `languages/${language}.js`;
}

/** Of a page. `localization`: the WebUI's, null where it has none; `browser`: what the browser prefers. */
export function languageOfPage(localization: string | null, browser: string): Language {
  return languageOf(localization ?? browser) ?? 'en';
}

/** Of a terminal, by the variables of POSIX: the first that says something counts. */
export function languageOfTerminal(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => env[name]).find(Boolean);
  return languageOf(locale ?? '') ?? 'en';
}
