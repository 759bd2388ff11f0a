/** All remedies. Where nothing else tells two apart, the one that stands first costs less. */
import type { RemedyKind } from './remedy.ts';
import { attention } from './remedies/attention.ts';
import { batch } from './remedies/batch.ts';
import { checkpoints } from './remedies/checkpoints.ts';
import { hires } from './remedies/hires.ts';
import { fp8, half } from './remedies/precision.ts';
import { preview } from './remedies/preview.ts';
import { programs } from './remedies/programs.ts';
import { promptsApart } from './remedies/prompts-apart.ts';
import { size } from './remedies/size.ts';
import { untold } from './remedies/untold.ts';
import { upscaler } from './remedies/upscaler.ts';
import { vramMode } from './remedies/vram-mode.ts';

export const REMEDIES: readonly RemedyKind[] = [
  preview,
  checkpoints,
  programs,
  attention,
  batch,
  promptsApart,
  half,
  vramMode,
  fp8,
  upscaler,
  hires,
  size,
  untold,
];
