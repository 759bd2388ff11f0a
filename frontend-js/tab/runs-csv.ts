/**
 * Runs as a table for other programs (RFC 4180): bare figures, units in the headings, nothing for the unknown. Pure.
 */
import type { RunRow } from '../../service/protocol/viewer.ts';

type Cell = string | number | boolean | null;

const COLUMNS: Readonly<Record<string, (row: RunRow) => Cell>> = {
  started_at: ({ startedAtMs }) => new Date(startedAtMs).toISOString(),
  origin: ({ origin }) => origin,
  imported: ({ imported }) => imported,
  operation: ({ settings }) => settings.operation,
  width: ({ settings }) => settings.width,
  height: ({ settings }) => settings.height,
  batch_size: ({ settings }) => settings.batchSize,
  hires_width: ({ settings }) => settings.hires?.width ?? null,
  hires_height: ({ settings }) => settings.hires?.height ?? null,
  upscaler: ({ settings }) => settings.hires?.upscaler ?? null,
  outcome: ({ outcome }) => outcome,
  cap_mib: ({ capMiB }) => capMiB,
  estimated_peak_mib: ({ estimatedWebuiPeakMiB }) => estimatedWebuiPeakMiB,
  measured_peak_mib: ({ webuiPeakMiB }) => webuiPeakMiB,
  device_peak_mib: ({ devicePeakMiB }) => devicePeakMiB,
  active_peak_mib: ({ activePeakMiB }) => activePeakMiB,
  reserved_peak_mib: ({ reservedPeakMiB }) => reservedPeakMiB,
  duration_ms: ({ durationMs }) => durationMs,
  marks: ({ marks }) => marks.join(' '),
};

export function csvOf(rows: readonly RunRow[]): string {
  const lines = rows.map((row) => Object.values(COLUMNS).map((cell) => quoted(cell(row))));
  return [Object.keys(COLUMNS), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula is kept from it: upscalers' names are anybody's. */
function quoted(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell ?? '');
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
