import type { Notice } from '../service/protocol/notice.ts';
import type { ViewerState } from '../service/protocol/viewer.ts';

export type RanOut = Extract<Notice, { code: 'ran-out' }>;

/** The last generation of the person's, where it ran out of memory; null where it did not. */
export function ranOutIn({ notices }: Pick<ViewerState, 'notices'>): RanOut | null {
  return notices.flatMap(({ notice }) => (notice.code === 'ran-out' ? [notice] : []))[0] ?? null;
}
