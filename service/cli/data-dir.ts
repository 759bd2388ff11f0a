import { join } from 'node:path';
import { runningWebuis, type RunningWebui } from './running-webui.ts';

export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Where runs are kept when no `--data-dir` says so: `HEADROOM_DATA_DIR`, else the store of the WebUI that runs, else
 * the system's usual place for a user's data.
 */
export function defaultDataDir(
  { platform, home, env }: Place,
  running: () => readonly RunningWebui[] = runningWebuis,
): string {
  const named = env['HEADROOM_DATA_DIR'];
  if (named !== undefined && named !== '') return named;
  const [webui] = running();
  if (webui !== undefined) return webui.dataDir;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'headroom');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'headroom');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'headroom');
}
