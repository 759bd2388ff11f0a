/** `headroom doctor --replay`: how an nvidia-smi output that somebody sent in is read. */
import type { OutputReason } from '../memory/sources/nvidia-smi/error-text.ts';
import { readGpuOutput } from '../memory/sources/nvidia-smi/read-output.ts';
import type { UnusableRow } from '../memory/sources/nvidia-smi/read-output.ts';
import type { GpuRow } from '../memory/sources/nvidia-smi/rows.ts';

export type ReplayedGpu = Pick<GpuRow, 'index' | 'uuid' | 'name' | 'usedMiB' | 'totalMiB' | 'busId'>;

/** What `--json` prints, exactly. Absent figures are null; `row` is the device's index, or its row's number from 0. */
export type DoctorReplay =
  | { readonly ok: true; readonly gpus: readonly ReplayedGpu[]; readonly unusable: readonly UnusableRow[] }
  | { readonly ok: false; readonly reason: OutputReason };

export function doctorReplay({ text, exitCode }: { readonly text: string; readonly exitCode: number }): DoctorReplay {
  const output = readGpuOutput(text, exitCode);
  if (!output.ok) return output;
  return { ok: true, gpus: output.gpus.map(replayedGpu), unusable: output.unusable };
}

export function replayedGpu({ index, uuid, name, usedMiB, totalMiB, busId }: GpuRow): ReplayedGpu {
  return { index, uuid, name, usedMiB, totalMiB, busId };
}

/** PowerShell's `>` writes UTF-16, other shells UTF-8; a byte order mark tells. */
export function decodeOutput(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
