/**
 * Why there is no connection, told by asking the WebUI itself: of a WebSocket that was refused a browser says no more
 * than that it closed.
 */

export type Offline = 'gone' | 'logged-out' | 'refused';

const WORDS: Readonly<Record<Offline, string>> = {
  gone: 'The WebUI does not answer. Reload the page once it runs again.',
  'logged-out': 'The WebUI wants a login. Reload the page and log in.',
  refused:
    "The WebUI runs but refuses this page's connection: its console says why. If it does not, a proxy in front of it lets no WebSockets through.",
};

/** Null where `state` is none of these. */
export function offlineInWords(state: string): string | null {
  return Object.hasOwn(WORDS, state) ? WORDS[state as Offline] : null;
}

/**
 * `askLogin` asks Gradio's own route for it: the status, 401 where a login is wanted. What a proxy answers for a WebUI
 * that is away counts as silence.
 */
export async function whyOffline(askLogin: () => Promise<{ readonly status: number }>): Promise<Offline> {
  try {
    const { status } = await askLogin();
    return status === 401 ? 'logged-out' : status < 500 ? 'refused' : 'gone';
  } catch {
    return 'gone';
  }
}
