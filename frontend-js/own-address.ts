const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : null;

/** Who brought this script has chosen its language; where the first one came from, if that is another address. */
export const CHOSEN = 'data-headroom-chosen';
const from = script?.getAttribute(CHOSEN) ?? null;

/** Whether the language of this script is the one that is wanted. */
export const IS_CHOSEN = from !== null;

/**
 * Where the page's script came from: what lies beside it is found by this, whatever route and prefix the WebUI serves
 * it under. Known while the script is run and not after; null where it has no address.
 */
export const OWN_ADDRESS: string | null = [from, script?.src].find(Boolean) ?? null;
