import { readFileSync } from 'node:fs';

/**
 * Whether the NVIDIA driver of this machine gives out system RAM once its card is full, instead of refusing: Windows'
 * does (from 536.40 on, unless it is told not to), also for programs under WSL, whose kernel names Microsoft.
 */
export function driverMaySpill(platform: NodeJS.Platform, readFile: (path: string) => string = readText): boolean {
  if (platform === 'win32') return true;
  if (platform !== 'linux') return false;
  try {
    return /microsoft/i.test(readFile('/proc/version'));
  } catch {
    return false;
  }
}

function readText(path: string): string {
  return readFileSync(path, 'latin1');
}
