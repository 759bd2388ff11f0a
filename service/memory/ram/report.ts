/** What is told of RAM: figures, and what is wrong with them. Pure. */
import type { RamFinding, RamReport } from '../../protocol/holders.ts';
import type { MachineRam } from './machine.ts';
import type { ProcessInRam } from './process.ts';

export interface RamSituation {
  readonly machine: MachineRam;
  /** The WebUI's; null without one. */
  readonly process: ProcessInRam | null;
  readonly allocConf: string | null;
  /** Beside the one in use. */
  readonly checkpointsInRam: number;
  /** Of one checkpoint's weights, which a switch reads into RAM; null where they are not known. */
  readonly weightsMiB: number | null;
}

/** A browser takes that much with its next page. */
const LEAST_FREE_MIB = 1024;

export function ramReport(situation: RamSituation): RamReport {
  const { machine, process, allocConf } = situation;
  const { totalMiB, availableMiB, commitLimitMiB, committedMiB } = machine;
  return {
    totalMiB,
    availableMiB,
    commitLimitMiB,
    committedMiB,
    webuiMiB: process?.residentMiB ?? null,
    allocator: process?.allocator?.allocator ?? null,
    library: process?.allocator?.library ?? null,
    allocConf,
    findings: [...allocatorFindings(situation), ...roomFindings(situation)],
  };
}

function allocatorFindings({ process, machine: { commandForTcmalloc: command } }: RamSituation): RamFinding[] {
  if (process === null || process.allocator === null) return [];
  const { allocator, library } = process.allocator;
  const [missing] = process.notPreloaded;
  if (missing !== undefined) return [{ code: 'not-preloaded', library: missing, command }];
  if (allocator === 'system') return [{ code: 'no-better-allocator', command }];
  return library !== null && /debug/.test(library) ? [{ code: 'debug-allocator', library, command }] : [];
}

function roomFindings({ machine, checkpointsInRam, weightsMiB }: RamSituation): RamFinding[] {
  const { availableMiB, commitLimitMiB, committedMiB } = machine;
  const wantedMiB = Math.max(LEAST_FREE_MIB, weightsMiB ?? 0);
  const findings: RamFinding[] = [];
  if (availableMiB !== null && availableMiB < wantedMiB) findings.push({ code: 'ram-short', availableMiB, wantedMiB });
  if (commitLimitMiB !== null && committedMiB !== null && commitLimitMiB - committedMiB < wantedMiB)
    findings.push({ code: 'commit-short', committedMiB, limitMiB: commitLimitMiB, wantedMiB });
  if (checkpointsInRam > 0) findings.push({ code: 'checkpoints-in-ram', count: checkpointsInRam });
  return findings;
}
