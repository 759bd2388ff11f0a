/** Brings a script that lies beside the page's own. */
import { element } from './dom.ts';

/** By its path below `ownAddress`. A classic script, for the WebUI may serve it under a type that modules refuse. */
export function scriptBeside(
  path: string,
  ownAddress: string,
  attributes: Readonly<Record<string, string>>,
): HTMLScriptElement {
  const script = element('script', { attributes });
  const address = new URL(path, ownAddress);
  // The WebUI's mark against old copies in the browser's cache.
  address.search = new URL(ownAddress).search;
  script.src = address.href;
  return script;
}

/** Whether it came, and was run. One that did not is removed: whoever asks later tries again. */
export function arrivalOf(script: HTMLScriptElement): Promise<boolean> {
  return new Promise((resolve) => {
    script.addEventListener('load', () => resolve(true));
    script.addEventListener('error', () => {
      script.remove();
      resolve(false);
    });
  });
}
