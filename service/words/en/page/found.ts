/** What the tab says of what was found, and of what stands in the way. */
import type { SourceState } from '../../../protocol/source.ts';
import { formatMiB } from '../amounts.ts';
import { remarkInWords } from '../sources.ts';

export const CONNECTING_TO_THE_WEBUI: string = 'Connecting to the WebUI.';
export const RESTART: string = 'Restart';

export const WHAT_WAS_FOUND: string = 'What was found';
export const CARD: string = 'Card';
export const COMPUTES_ON: string = 'Computes on';
export const DRIVER: string = 'Driver';
export const READ_FROM: string = 'Read from';
export const NOT_USED: string = 'Also there, not used';
export const WEBUI: string = 'WebUI';
export const CHECKPOINT: string = 'Checkpoint';
export const NOT_KNOWN: string = 'not known';
export const NOT_KNOWN_YET: string = 'not known yet';
export const NOTHING_SAID_YET: string = 'has not said yet what it runs on';
export const NONE_LOADED: string = 'none loaded';
export const CALIBRATION_KEY: string = 'Calibration key';
export const ABOUT_THE_KEY: string =
  'Whatever moves memory use besides size and batch. Runs made under another key are not used.';

/** "3.0 GiB of 8.0 GiB: 2.3 GiB by the WebUI, 600 MiB by others". */
export function memoryInWords({
  usedMiB,
  totalMiB,
  webuiMiB,
  othersMiB,
}: Readonly<Record<'usedMiB' | 'totalMiB' | 'webuiMiB' | 'othersMiB', number | null>>): string {
  if (usedMiB === null) return NOT_KNOWN;
  const of = totalMiB === null ? '' : ` of ${formatMiB(totalMiB)}`;
  const parts = [
    webuiMiB === null ? null : `${formatMiB(webuiMiB)} by the WebUI`,
    othersMiB === null ? null : `${formatMiB(othersMiB)} by others`,
  ].filter((part) => part !== null);
  return `${formatMiB(usedMiB)}${of}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  torch: 'torch, in the WebUI',
  process: "the WebUI's own process",
  none: 'nothing',
};

const HEALTH: Readonly<Record<SourceState['health'], string>> = {
  starting: ', starting',
  ok: '',
  stale: ', no fresh reading',
  unavailable: ', not available',
};

export function sourceInWords({ kind, health, remark }: SourceState): string {
  return `${SOURCES[kind] ?? kind}${HEALTH[health]}${remark === null ? '' : `: ${remarkInWords(remark)}`}`;
}

/** torch leaves out what the driver keeps for itself, so its figure must not pass for the driver's. */
export function torchTotalInWords(totalMiB: number): string {
  return `${formatMiB(totalMiB)} by torch's count`;
}

export function versionsInWords(webui: string, webuiVersion: string, torchVersion: string): string {
  return `${webui} ${webuiVersion}, torch ${torchVersion}`;
}
