import { inTurns } from '../../base/steps.ts';
import { toLoadOf } from '../../calibration/first-picture.ts';
import { allOf, lastKnownIn } from '../../calibration/history.ts';
import type { ToLoad } from '../../estimate/first-picture.ts';
import { checkSettings } from '../../estimate/requested.ts';
import { figuresOf } from '../../memory/ledger.ts';
import type { GenerationSettings, Operation } from '../../protocol/settings.ts';
import type { ToViewerMessage, ViewerMessage } from '../../protocol/viewer.ts';
import { curvesOf } from '../curves.ts';
import { memoryOrLastKnown, type DeviceMemory } from '../known-memory.ts';
import { inForce, type Parts } from '../parts.ts';
import type { Remember } from '../remembered.ts';

type Asked = Extract<ViewerMessage, { type: 'curves' }>;

const NONE: ReadonlySet<string> = new Set();

/**
 * Of the set-up in force; without a WebUI, of the last that was. By the fit that the estimates are of, measured or not.
 * In turns; pages that ask the same share the work.
 */
export async function curves(
  { operation, requestId, settings }: Asked,
  parts: Parts,
  remember: Remember,
  pause: () => Promise<void>,
): Promise<Extract<ToViewerMessage, { type: 'curves' }>> {
  const { store, histories, calibrator, ledger, link } = parts;
  const shown = inForce(parts) ?? (link.host === null ? store.environments(1)[0] : null) ?? null;
  const history = shown === null ? null : histories.of(shown.keyHash);
  const device = shown?.environment.device ?? null;
  const held = memoryOrLastKnown(figuresOf(ledger.now), lastKnownIn(history), device);
  const roomMiB = roomOf(held, toLoadOf(held.loaded, history?.runs ?? []));
  const present = presentOf(operation, settings);
  const madeOf = [histories.revision, calibrator.revision, shown?.keyHash, shown?.environment.traits, roomMiB, present];
  const answer = await remember(`curves ${operation}`, madeOf, async () => {
    const runs = history === null ? [] : allOf(history);
    const own = shown === null ? null : calibrator.of(shown.keyHash, shown.environment);
    const contradicted = own?.imported.contradicted ?? NONE;
    const calibration = shown === null ? null : calibrator.orSimilar(shown.keyHash, shown.environment);
    const asked = { operation, fit: calibration?.fit ?? null, runs, contradicted, roomMiB, present };
    const drawn = await inTurns(curvesOf(asked), pause);
    return { ...drawn, finding: calibration?.finding ?? null };
  });
  return { requestId, ...answer };
}

function presentOf(operation: Operation, settings: Asked['settings']): GenerationSettings | null {
  if (settings === null || settings.operation !== operation) return null;
  const checked = checkSettings(settings);
  return checked.ok ? checked.value : null;
}

/** What the WebUI can have now; null where it is not known what that is, or what others use. */
function roomOf({ usableMiB, otherMiB }: DeviceMemory, toLoad: ToLoad | null): number | null {
  if (usableMiB === null || otherMiB === null) return null;
  return Math.max(0, Math.round(usableMiB - otherMiB - (toLoad?.valueMiB ?? 0)));
}
