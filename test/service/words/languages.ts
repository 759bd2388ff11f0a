/** Every language there is. What one lacks, or gives in another form, does not compile. */
import * as de from '../../../service/words/de/index.ts';
import * as deTerminal from '../../../service/words/de/terminal.ts';
import * as en from '../../../service/words/en/index.ts';
import * as enTerminal from '../../../service/words/en/terminal.ts';
import type { Words } from '../../../service/words/index.ts';
import type { Language } from '../../../service/words/languages.ts';
import type { TerminalWords } from '../../../service/words/terminal.ts';

export const LANGUAGE_WORDS: Readonly<Record<Language, Words & TerminalWords>> = {
  en: { ...en, ...enTerminal },
  de: { ...de, ...deTerminal },
};
