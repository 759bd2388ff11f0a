/** What a person at the command line got wrong, as codes with what they wrote; in words: each language's `cli/`. */
export type Mistake =
  | { readonly code: 'forget-what' | 'import-what' | 'no-size' }
  | { readonly code: 'parent-pid' | 'webui-id' | 'other-mib' }
  | { readonly code: 'no-hires-with'; readonly flag: string }
  | { readonly code: 'upscaler-alone' | 'hires-size' | 'exit-code-alone' }
  /** `similar`: what may have been meant. */
  | { readonly code: 'unknown-command'; readonly command: string; readonly similar: readonly string[] }
  /** `option` as it was written. */
  | { readonly code: 'unknown-option'; readonly option: string; readonly similar: readonly string[] }
  | { readonly code: 'takes-no-value' | 'needs-a-value'; readonly option: string }
  | { readonly code: 'surplus' | 'no-add-on'; readonly word: string }
  | { readonly code: 'no-such-shell'; readonly shells: readonly string[] }
  | { readonly code: 'not-whole'; readonly option: string; readonly word: string }
  | { readonly code: 'not-in-range'; readonly option: string; readonly word: string; readonly most: number };

/** Why a file could not be read or written, as far as Headroom has words for it; `E...` are the system's codes. */
export type FileProblem =
  | { readonly code: FileProblemCode }
  /** Nobody wrote to it for so long. */
  | { readonly code: 'silent-pipe'; readonly silentMs: number };

export type FileProblemCode =
  | 'ENOENT'
  | 'EACCES'
  | 'EEXIST'
  | 'EPERM'
  | 'EISDIR'
  | 'ENOTDIR'
  | 'ENOSPC'
  | 'EROFS'
  | 'import-of-a-folder'
  | 'import-of-a-device'
  | 'too-large';
