/** The WebUI's own globals, where the page is one of the WebUI's; each is missing on a page of our own. */

const LOGIN_LIMIT_MS = 3_000;

interface WebuiGlobals {
  gradioApp?: () => Document | Element | ShadowRoot;
  opts?: Record<string, unknown>;
  /** Gradio's own, in the page from its beginning. */
  gradio_config?: { readonly components?: readonly GradioComponent[] };
  onUiLoaded?: (callback: () => void) => void;
  onAfterUiUpdate?: (callback: () => void) => void;
  onOptionsChanged?: (callback: () => void) => void;
}

interface GradioComponent {
  readonly props?: { readonly elem_id?: unknown; readonly value?: unknown };
}

function globals(): WebuiGlobals {
  return globalThis as WebuiGlobals;
}

/** Where the widgets are. */
export function appRoot(): ParentNode {
  return globals().gradioApp?.() ?? document;
}

export function webuiOption(name: string): unknown {
  return globals().opts?.[name];
}

/**
 * What the WebUI calls the language that it is localized to; null where that is its own English, or is not told. Known
 * before its options are: those come with the finished page.
 */
export function webuiLocalization(): string | null {
  const { gradio_config: config } = globals();
  const value = config?.components?.find(({ props }) => props?.elem_id === 'setting_localization')?.props?.value;
  return typeof value === 'string' && value !== 'None' ? value : null;
}

/** Calls back whenever the WebUI has changed its page or its options. */
export function onWebuiChange(callback: () => void): void {
  const { onUiLoaded, onAfterUiUpdate, onOptionsChanged } = globals();
  onUiLoaded?.(callback);
  onAfterUiUpdate?.(callback);
  onOptionsChanged?.(callback);
}

/** Brings the tab that holds `element` to the front, by the title of its button. */
export function openWebuiTab(title: string): void {
  for (const button of appRoot().querySelectorAll<HTMLElement>('#tabs > .tab-nav > button')) {
    if (button.textContent?.trim() === title) button.click();
  }
}

/** Relative to the page, so that it holds behind a proxy, under a sub-path and with https. */
export function webSocketUrl(): string {
  const url = new URL('./headroom/ws', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Gradio's own route, which changes nothing; rejects where the WebUI does not answer soon. */
export function askLogin(): Promise<Response> {
  return fetch('./login_check', { cache: 'no-store', signal: AbortSignal.timeout(LOGIN_LIMIT_MS) });
}

/** On a page of our own there is no WebUI to set a theme: the person's system does. */
export function followSystemTheme(): void {
  if (globals().gradioApp !== undefined) return;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.body.classList.toggle('dark', dark.matches);
  document.body.classList.add('headroom-alone');
  dark.addEventListener('change', apply);
  apply();
}
