/** Which library hands out RAM to a process, from what Linux tells of it. Pure. */
import type { Allocator } from '../../protocol/leak.ts';

const LIBRARIES: readonly { readonly name: Allocator; readonly file: RegExp }[] = [
  { name: 'tcmalloc', file: /^libtcmalloc(_\w+)?\.so/ },
  { name: 'jemalloc', file: /^libjemalloc\.so/ },
  { name: 'mimalloc', file: /^libmimalloc[\w-]*\.so/ },
];
const C_LIBRARY = /^(libc[.-]|ld-musl|libc\.musl)/;

export interface AllocatorInUse {
  readonly allocator: Allocator;
  /** File name of the library; null where it is the C library's own. */
  readonly library: string | null;
}

/** @param maps /proc/PID/maps; null where it names not even a C library. */
export function allocatorIn(maps: string): AllocatorInUse | null {
  const files = new Set([...maps.matchAll(/\/([^/\n]+)$/gm)].map(([, file = '']) => file));
  for (const { name, file } of LIBRARIES) {
    const library = [...files].find((one) => file.test(one));
    if (library !== undefined) return { allocator: name, library };
  }
  return [...files].some((one) => C_LIBRARY.test(one)) ? { allocator: 'system', library: null } : null;
}

/** Allocators that LD_PRELOAD names and that are not there. @param environ /proc/PID/environ. */
export function notPreloaded(environ: string, maps: string): string[] {
  const preload = variableIn(environ, 'LD_PRELOAD') ?? '';
  const named = preload.split(/[: ]/).map((path) => path.split('/').at(-1) ?? '');
  return named.filter((file) => LIBRARIES.some((one) => one.file.test(file)) && allocatorIn(maps)?.library === null);
}

/** Of a process as it was started. @param environ /proc/PID/environ. */
export function variableIn(environ: string, name: string): string | null {
  return (
    environ
      .split('\0')
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? null
  );
}
