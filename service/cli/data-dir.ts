import { join, resolve } from 'node:path';
import { severalWebuisInWords } from '../words/index.ts';
import { runningWebuis, type RunningWebui } from './running-webui.ts';

export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Says once in a process which of several WebUIs' stores was taken.
 *
 * @param err for people: what is printed for programs stays as it is.
 */
export function tellOfSeveral(err: (text: string) => void): (webuis: readonly RunningWebui[]) => void {
  let told = false;
  return (webuis) => {
    if (!told) err(`headroom: ${severalWebuisInWords(webuis)}\n`);
    told = true;
  };
}

/**
 * Where runs are kept when no `--data-dir` says so: `HEADROOM_DATA_DIR`, else the store of the WebUI that runs, else
 * the system's usual place for a user's data.
 *
 * @param tell of several WebUIs with a store each, of which the first is taken.
 */
export function defaultDataDir(
  { platform, home, env }: Place,
  running: () => readonly RunningWebui[] = runningWebuis,
  tell: (webuis: readonly RunningWebui[]) => void = () => undefined,
): string {
  const named = env['HEADROOM_DATA_DIR'];
  if (named !== undefined && named !== '') return named;
  const webuis = running();
  const [webui] = webuis;
  if (new Set(webuis.map(({ dataDir }) => resolve(dataDir))).size > 1) tell(webuis);
  if (webui !== undefined) return webui.dataDir;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'headroom');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'headroom');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'headroom');
}
