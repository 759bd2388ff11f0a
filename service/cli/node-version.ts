import { tooOldNodeInWords } from '../words/index.ts';

/**
 * `node:sqlite`, which keeps the runs, is a release candidate from here on; older ones lack it or warn of it at each
 * start.
 */
const OLDEST = { major: 24, minor: 15 };

/**
 * What to do, in one line, where this Node.js is too old for Headroom; null where it is not. `version` as in
 * `process.versions.node`.
 */
export function tooOldNode(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return null;
  return tooOldNodeInWords(version, `${OLDEST.major}.${OLDEST.minor}`);
}
