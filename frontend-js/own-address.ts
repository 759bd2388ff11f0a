/**
 * Where the page's script came from: what lies beside it is found by this, whatever route and prefix the WebUI serves
 * it under. Known while the script is run and not after; null where it has no address.
 */
export const OWN_ADDRESS: string | null =
  document.currentScript instanceof HTMLScriptElement && document.currentScript.src !== ''
    ? document.currentScript.src
    : null;
