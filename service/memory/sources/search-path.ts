/**
 * Where programs are looked for: in absolute folders alone, for nothing is run out of the one that somebody happens to
 * be in.
 */
import { posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Windows does not mind how the name of a variable is written. */
export function variableOf(env: Environment, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

export function absoluteFolders(searchPath: string, platform: NodeJS.Platform): string[] {
  const path = platform === 'win32' ? win32 : posix;
  return searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/**
 * What to set in the environment, so that programs that are started by their name alone come from those folders too.
 */
export function absoluteSearchPath(env: Environment, platform: NodeJS.Platform): Record<string, string> {
  const folders = absoluteFolders(variableOf(env, 'PATH') ?? '', platform);
  // Else Windows looks into the current folder first, whatever the PATH says.
  if (platform === 'win32') return { PATH: folders.join(win32.delimiter), NoDefaultCurrentDirectoryInExePath: '1' };
  // An empty PATH means the current folder.
  return { PATH: folders.join(posix.delimiter) || '/usr/bin:/bin' };
}
