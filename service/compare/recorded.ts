/** A recording as one of two that are compared. */
import type { Recording, TorchFactsLine } from '../recording/format.ts';
import { summaryOf, type DeviceSummary, type Summary, type TorchSummary } from '../recording/summary.ts';
import { normaliseUuid } from '../protocol/uuid.ts';
import { beyond, NOTHING_KNOWN, type Facts, type Figures, type Side } from './side.ts';

export function sideOfRecording(name: string, recording: Recording): Side {
  const summary = summaryOf(recording);
  const device = deviceOf(summary);
  const [torch] = recording.torchFacts.filter(({ pid }) => pid === summary.torch?.pid);
  return {
    kind: 'recording',
    name,
    what: recording.header.program,
    figures: recordedFigures(recording, summary, device),
    facts: {
      ...NOTHING_KNOWN,
      ...torchFacts(torch ?? null),
      device: device?.device.name ?? null,
      allocRetries: summary.torch?.allocRetries ?? null,
      otherPrograms: device?.otherPrograms ?? [],
    },
  };
}

/** The one that torch computed on, else the one of which the program had most. */
function deviceOf({ devices, torch }: Summary): DeviceSummary | null {
  const torchUuid = torch === null || torch.uuid === null ? null : normaliseUuid(torch.uuid);
  const same = devices.find(
    ({ device: { uuid } }) => torchUuid !== null && uuid !== null && normaliseUuid(uuid) === torchUuid,
  );
  const byUse = [...devices].sort((a, b) => (b.programPeakMiB ?? -1) - (a.programPeakMiB ?? -1));
  return same ?? byUse[0] ?? null;
}

function recordedFigures(recording: Recording, { torch, ram }: Summary, device: DeviceSummary | null): Figures {
  const apart = torch === null || device === null ? null : outsideOf(recording, torch, device);
  const topMiB = device?.peakMiB ?? null;
  const idleMiB = torch?.idleMiB ?? null;
  // The two tops less each other would not do: the samples may have missed the device's.
  const outsideMiB = apart?.outsideMiB ?? null;
  const contextMiB = apart?.contextMiB ?? null;
  return {
    // Counters see the short peaks that fall between two samples.
    deviceMiB:
      topMiB === null || torch === null || outsideMiB === null
        ? topMiB
        : Math.max(topMiB, outsideMiB + torch.reservedPeakMiB),
    weightsMiB: idleMiB,
    activationsMiB: torch === null || idleMiB === null ? null : beyond(torch.activePeakMiB, idleMiB),
    tensorsMiB: torch?.activePeakMiB ?? null,
    cacheMiB: torch === null ? null : beyond(torch.reservedPeakMiB, torch.activePeakMiB),
    contextMiB,
    othersMiB:
      contextMiB === null ? (device?.by === 'driver' ? device.othersMiB : null) : beyond(outsideMiB, contextMiB),
    outsideMiB,
    programMiB: device?.programPeakMiB ?? null,
    ramMiB: ram?.treePeakMiB ?? null,
  };
}

/** The driver's answer is of a moment before it came. */
const ANSWER_MS = 150;

/**
 * What is not torch's: figures of the device and of the driver less what torch had reserved at the same moment, which
 * is known where its counters rested. Of several moments the one nearest to the peak counts.
 */
function outsideOf(recording: Recording, torch: TorchSummary, { device }: DeviceSummary) {
  const at = recording.header.devices.indexOf(device);
  const counters = recording.torch.filter((line) => line.pid === torch.pid && line.device === torch.device);
  const reservedAt = (ms: number): number | null =>
    counters.find(({ afterMs, restMs }) => afterMs + ANSWER_MS <= ms && ms <= afterMs + restMs)?.reservedMiB ?? null;
  const nearest = (
    moments: readonly { readonly afterMs: number; readonly wholeMiB: number | null }[],
  ): number | null => {
    const known = moments.flatMap(({ afterMs, wholeMiB }) => {
      const beyondMiB = beyond(wholeMiB, reservedAt(afterMs));
      return beyondMiB === null ? [] : [{ beyondMiB, farMs: Math.abs(afterMs - torch.peakAfterMs) }];
    });
    return known.sort((a, b) => a.farMs - b.farMs)[0]?.beyondMiB ?? null;
  };
  const used = recording.samples.map(({ afterMs, usedMiB }) => ({ afterMs, wholeMiB: usedMiB[at] ?? null }));
  const told = recording.programs
    .filter((line) => line.device === at)
    .map(({ afterMs, programMiB }) => ({ afterMs, wholeMiB: programMiB }));
  // Of several processes each has a context, and counters of its own.
  return { outsideMiB: nearest(used), contextMiB: torch.counted === 1 ? nearest(told) : null };
}

function torchFacts(line: TorchFactsLine | null): Partial<Facts> {
  return line === null ? {} : { torchVersion: line.torchVersion, allocConf: line.allocConf ?? '' };
}
