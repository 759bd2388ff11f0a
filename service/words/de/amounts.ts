/** How figures and settings are written for people in German: a decimal comma, and one plural a noun. */
import type { IntervalMiB } from '../../protocol/estimate.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';

export const MIB_PER_GIB = 1024;

/** "5,1": no figure of a sentence gets its comma elsewhere. */
export function withComma(figure: string): string {
  return figure.replace('.', ',');
}

/** "5,10": a figure with its decimals. */
export function decimal(value: number, digits: number): string {
  return withComma(value.toFixed(digits));
}

/** "5,1 GiB", or "640 MiB" below one GiB. */
export function formatMiB(mib: number): string {
  if (Math.round(Math.abs(mib)) < MIB_PER_GIB) return inWholeMiB(mib);
  return `${decimal(mib / MIB_PER_GIB, 1)} GiB`;
}

/** "5227 MiB": where figures are held against each other, or against another program's. */
export function inWholeMiB(mib: number): string {
  return `${Math.round(mib)} MiB`;
}

/** The unit is said once, after the last figure that has it; 0 has none. */
function withOneUnit(one: string, between: string, other: string): string {
  const [figure = '', unit] = one.split(' ');
  return `${figure === '0' || other.endsWith(` ${unit}`) ? figure : one} ${between} ${other}`;
}

/** "3,1 von 7,8 GiB", "640 MiB von 7,8 GiB". */
export function formatShare(partMiB: number, allMiB: number): string {
  return withOneUnit(formatMiB(partMiB), 'von', formatMiB(allMiB));
}

/** "4,9 bis 5,4 GiB"; "5,08 bis 5,12 GiB" where one decimal would make both alike. */
export function formatRange(lowMiB: number, highMiB: number): string {
  const format = formatOf(lowMiB, highMiB);
  return withOneUnit(format(lowMiB), 'bis', format(highMiB));
}

/** "5,1 GiB (4,9 bis 5,4 GiB)": with as many decimals as tell its ends apart. */
export function formatInterval({ valueMiB, lowMiB, highMiB }: IntervalMiB): string {
  const format = formatOf(lowMiB, highMiB);
  return `${format(valueMiB)} (${formatRange(lowMiB, highMiB)})`;
}

/** What tells the ends of a range apart: the usual form, or two decimals, or whole MiB. */
function formatOf(lowMiB: number, highMiB: number): (mib: number) => string {
  const inHundredths = (mib: number): string =>
    Math.round(mib) < MIB_PER_GIB ? inWholeMiB(mib) : `${decimal(mib / MIB_PER_GIB, 2)} GiB`;
  return [formatMiB, inHundredths].find((format) => format(lowMiB) !== format(highMiB)) ?? inWholeMiB;
}

/** A figure that may be missing: missing is said in words, never as 0. */
export function formatMaybeMiB(mib: number | null, missing = 'unbekannt'): string {
  return mib === null ? missing : formatMiB(mib);
}

/** "1,2 GiB übrig", "300 MiB zu wenig". */
export function formatMargin(marginMiB: number): string {
  return marginMiB >= 0 ? `${formatMiB(marginMiB)} übrig` : `${formatMiB(-marginMiB)} zu wenig`;
}

/** "etwa 4 min", "unter einer Minute", "etwa 2 h 10 min". */
export function formatMinutes(minutes: number): string {
  if (minutes < 1) return 'unter einer Minute';
  const whole = Math.round(minutes);
  if (whole < 60) return `etwa ${whole} min`;
  const rest = whole % 60;
  return `etwa ${Math.floor(whole / 60)} h${rest > 0 ? ` ${rest} min` : ''}`;
}

/** "12 s", "3 min 05 s": time left, counted down. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** "0,4 s", "12 s", "3 min 05 s": what something took. */
export function formatDuration(ms: number): string {
  if (ms < 50) return 'unter 0,1 s';
  return ms < 9_950 ? `${decimal(ms / 1000, 1)} s` : formatTimeLeft(ms);
}

/** Signed share with one decimal, "+3,2 %", or "0,0 %"; null where there is nothing to compare with. */
export function formatDifference(estimated: number | null, measured: number | null): string | null {
  if (estimated === null || measured === null || measured === 0) return null;
  const percent = ((estimated - measured) / measured) * 100;
  const size = decimal(Math.abs(percent), 1);
  return size === '0,0' ? '0,0 %' : `${percent > 0 ? '+' : '-'}${size} %`;
}

/** `1 Zeile`, `2 Zeilen`: a noun has its plural beside it. */
export function counted(count: number, noun: string, plural = noun): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** "1 Lauf", "2 Läufe". */
export function runsInWords(count: number): string {
  return counted(count, 'Lauf', 'Läufe');
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** "512x768 auf 1024x1536": with what hires fix makes of it, null where it is off. */
export function formatSize({ width, height }: Size, target: Size | null = null): string {
  return `${width}x${height}${target === null ? '' : ` auf ${formatSize(target)}`}`;
}

/** "512x768, Batch-Größe 2, Hires fix auf 1024x1536 mit Latent". */
export function formatSettings(settings: Omit<GenerationSettings, 'operation'>): string {
  const batch = settings.batchSize === 1 ? '' : `, Batch-Größe ${settings.batchSize}`;
  const { hires } = settings;
  const upscaler = hires?.upscaler ? ` mit ${hires.upscaler}` : '';
  const target = hires === null ? '' : `, Hires fix auf ${hires.width}x${hires.height}${upscaler}`;
  return `${settings.width}x${settings.height}${batch}${target}`;
}
