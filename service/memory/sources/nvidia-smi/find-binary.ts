/** Where nvidia-smi is. */
import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { absoluteFolders, variableOf } from '../search-path.ts';

export interface BinaryPlaces {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isExecutable: (path: string) => boolean;
}

/**
 * First the PATH (absolute folders only: nothing is run out of the current one), then where drivers put it without
 * telling the PATH: System32 and NVSMI on Windows, wsl/lib under WSL, and the folders of containers and NixOS.
 */
export function findNvidiaSmi({ platform, env, isExecutable }: BinaryPlaces): string | null {
  const path = platform === 'win32' ? win32 : posix;
  const file = platform === 'win32' ? 'nvidia-smi.exe' : 'nvidia-smi';
  const variable = (name: string) => variableOf(env, name) ?? '';
  const folders = absoluteFolders(variable('PATH'), platform);
  if (platform === 'win32') {
    folders.push(path.join(variable('SYSTEMROOT') || 'C:\\Windows', 'System32'));
    for (const programs of [variable('PROGRAMW6432'), variable('PROGRAMFILES'), 'C:\\Program Files']) {
      folders.push(path.join(programs, 'NVIDIA Corporation', 'NVSMI'));
    }
  } else {
    folders.push(
      '/usr/bin',
      '/usr/local/bin',
      '/usr/lib/wsl/lib',
      '/usr/local/nvidia/bin',
      '/run/current-system/sw/bin',
      '/opt/bin',
    );
  }
  return folders.map((folder) => path.join(folder, file)).find(isExecutable) ?? null;
}

export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
