/**
 * Why there is no connection, told by asking the WebUI itself: of a WebSocket that was refused a browser says no more
 * than that it closed.
 */

export type Offline = 'gone' | 'logged-out' | 'refused';

const OFFLINE: readonly string[] = ['gone', 'logged-out', 'refused'] satisfies Offline[];

export function isOffline(state: string): state is Offline {
  return OFFLINE.includes(state);
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
