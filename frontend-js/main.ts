/** Entry of the page's script; the WebUI loads it as one blocking classic script, before the page is built. */
import { languageOfPage, pageScriptOf, type Language } from '../service/words/languages.ts';
import { LANGUAGE } from '../service/words/index.ts';
import { arrivalOf, scriptBeside } from './load-script.ts';
import { CHOSEN, IS_CHOSEN, OWN_ADDRESS } from './own-address.ts';
import { startPage } from './page.ts';
import { webuiLocalization } from './webui.ts';

/** In the language of this script. */
function start(): void {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', startPage);
  else startPage();
}

/** Another language is another script. Where it does not come, this one does what it can. */
async function startIn(language: Language, ownAddress: string): Promise<void> {
  const script = scriptBeside(pageScriptOf(language), ownAddress, { [CHOSEN]: ownAddress });
  const settled = arrivalOf(script);
  document.head.append(script);
  if (!(await settled)) start();
}

const wanted = IS_CHOSEN ? LANGUAGE : languageOfPage(webuiLocalization(), navigator.language);
if (wanted === LANGUAGE || OWN_ADDRESS === null) start();
else void startIn(wanted, OWN_ADDRESS);
