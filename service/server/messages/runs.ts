import { allOf } from '../../calibration/history.ts';
import { NOTHING_IMPORTED } from '../../calibration/imported.ts';
import { abilitiesOf } from '../../hosts/hosts.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';
import { inForce, type Parts } from '../parts.ts';
import type { Remember } from '../remembered.ts';
import { MOST_ROWS, rowsOf } from '../rows.ts';

type Told = Extract<ToViewerMessage, { type: 'runs' }>;

/** The table of runs of the set-up in force; without a WebUI, of all. */
export function runs({ requestId }: Extract<ViewerMessage, { type: 'runs' }>, parts: Parts, remember: Remember): Told {
  const { histories, calibrator, link } = parts;
  const madeOf = [histories.revision, calibrator.revision, inForce(parts)?.keyHash, link.host === null];
  return { type: 'runs', requestId, ...remember('runs', madeOf, () => tableOf(parts)) };
}

function tableOf(parts: Parts): Pick<Told, 'rows' | 'total'> {
  const { store, histories, calibrator, link } = parts;
  const now = inForce(parts);
  if (now === null && link.host !== null) return { rows: [], total: 0 };
  if (now === null) {
    const { runs: newest, stored } = store.newestRuns(MOST_ROWS);
    const refusalOf = (keyHash: string) => {
      const environment = store.environment(keyHash);
      return environment === null ? null : abilitiesOf(environment).reason;
    };
    return { rows: rowsOf(newest, NOTHING_IMPORTED, refusalOf), total: stored };
  }
  const history = histories.of(now.keyHash);
  const { imported } = calibrator.of(now.keyHash, now.environment);
  const total = history.stored + history.importedStored;
  return { rows: rowsOf(allOf(history), imported, () => abilitiesOf(now.environment).reason), total };
}
