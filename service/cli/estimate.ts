import { createCalibrator } from '../calibration/calibrator.ts';
import { createHistories, lastKnownIn } from '../calibration/history.ts';
import type { SourceState } from '../protocol/source.ts';
import type { EstimateResult, RequestedSettings } from '../protocol/estimate.ts';
import { answerEstimate } from '../server/answer.ts';
import { memoryOrLastKnown } from '../server/known-memory.ts';
import { jsonLine } from '../store/json-line.ts';
import type { KnownEnvironment } from '../store/environment-rows.ts';
import type { Store } from '../store/store.ts';
import { noSetUpInWords } from '../words/index.ts';
import { oneLine } from './discreet.ts';
import { estimateText, inJson } from './estimate-text.ts';
import type { CliIo } from './io.ts';
import { storeToRead } from './stored.ts';

export interface EstimateArgs {
  readonly dataDir: string;
  readonly settings: RequestedSettings;
  /** Calibration key, or its beginning; null = the set-up that was last seen. */
  readonly key: string | null;
  /** All on the device that is not torch's; null = as before the last run of that key. */
  readonly otherMiB: number | null;
  /** Whether the driver of this machine gives out system RAM where it could refuse. */
  readonly driverMaySpill: boolean;
  readonly json: boolean;
}

const SOURCE: SourceState = { kind: 'none', label: 'VRAM', health: 'ok', reason: null, remark: null };

/** One estimate from the stored runs, without a WebUI. Exit code 0 where there is one, 1 where there is not. */
export function estimateCommand(
  { dataDir, settings, key, otherMiB, driverMaySpill, json }: EstimateArgs,
  io: CliIo,
): number {
  const store = storeToRead('estimate', dataDir, io);
  if (store === null) return 1;
  try {
    const known = store.environments().find(({ keyHash }) => key === null || keyHash.startsWith(key));
    if (known === undefined) {
      io.err(`headroom estimate: ${noSetUpInWords(key)}\n`);
      return 1;
    }
    const result = answer(store, known, { settings, otherMiB, driverMaySpill });
    io.out(
      json
        ? jsonLine({ keyHash: known.keyHash, ...inJson(result) })
        : estimateText(known, result)
            .map((line) => `${oneLine(line)}\n`)
            .join(''),
    );
    return result.status === 'estimated' ? 0 : 1;
  } finally {
    store.close();
  }
}

type Asked = Pick<EstimateArgs, 'settings' | 'otherMiB' | 'driverMaySpill'>;

function answer(
  store: Store,
  { keyHash, environment }: KnownEnvironment,
  { settings, otherMiB: givenOtherMiB, driverMaySpill }: Asked,
): EstimateResult {
  const histories = createHistories(store);
  const memory = memoryOrLastKnown(
    { totalMiB: null, usableMiB: null, otherMiB: givenOtherMiB },
    lastKnownIn(histories.of(keyHash)),
    environment.device,
  );
  return answerEstimate(settings, {
    source: SOURCE,
    figures: { ...memory, usedMiB: null, webuiMiB: null, othersMiB: null },
    calibration: createCalibrator(histories, () => store.environments()).orSimilar(keyHash, environment),
    benchmarkRuns: false,
    unmatched: null,
    leftMiB: 0,
    driverMaySpill: driverMaySpill && environment.device.backend !== 'cpu',
  });
}
