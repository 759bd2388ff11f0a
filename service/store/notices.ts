/** What a person should know about the store. */
export type StoreNotice =
  /** It was damaged, or another version's, and lies beside the new one as `file`. */
  | { readonly code: 'set-aside'; readonly file: string }
  /** `wanted` cannot be written, so it lies in the temporary `folder`. */
  | { readonly code: 'elsewhere'; readonly wanted: string; readonly folder: string }
  /** `why` is the system's own text. */
  | { readonly code: 'in-memory'; readonly file: string; readonly why: string }
  | { readonly code: 'not-written-now'; readonly why: string }
  | { readonly code: 'unreadable-entries' };
