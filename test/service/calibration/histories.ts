import type { History, ReadHistories } from '../../../service/calibration/history.ts';
import type { Run } from '../../../service/recorder/run.ts';

/** Of runs that do not change. */
export function historiesOf(
  runsOf: (keyHash: string) => readonly Run[],
  revision = '',
  importedOf: (keyHash: string) => readonly Run[] = () => [],
): ReadHistories {
  const made = new Map<string, History>();
  return {
    revision,
    of: (keyHash) => {
      const runs = runsOf(keyHash);
      const imported = importedOf(keyHash);
      const history = made.get(keyHash) ?? { runs, stored: runs.length, imported, importedStored: imported.length };
      made.set(keyHash, history);
      return history;
    },
    has: () => true,
  };
}
