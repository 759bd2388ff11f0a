/** Builds outputs, and each again after a change of its sources. */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** An editor writes a file in several steps. */
const SETTLE_MS = 100;

export interface Output {
  readonly what: string;
  /** Where its sources lie, from the root. */
  readonly folders: readonly string[];
  /** By path, from the root. */
  readonly bundle: () => Promise<Readonly<Record<string, string>>>;
}

/** What became of one build. */
export interface Built {
  readonly what: string;
  /** Null where it has a mistake: the bundler has printed where. */
  readonly tookMs: number | null;
}

/** Resolves once each was built. @returns what ends the watching. */
export async function rebuild(
  root: string,
  outputs: readonly Output[],
  tell: (built: Built) => void,
): Promise<() => void> {
  const watchers: FSWatcher[] = [];
  const timers = new Map<Output, NodeJS.Timeout>();
  for (const output of outputs) {
    const again = (): void => {
      clearTimeout(timers.get(output));
      timers.set(
        output,
        setTimeout(() => void build(root, output).then(tell), SETTLE_MS),
      );
    };
    for (const folder of output.folders) watchers.push(watch(join(root, folder), { recursive: true }, again));
    tell(await build(root, output));
  }
  return () => {
    for (const watcher of watchers) watcher.close();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

async function build(root: string, { what, bundle }: Output): Promise<Built> {
  const startedMs = performance.now();
  try {
    for (const [file, text] of Object.entries(await bundle())) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
    return { what, tookMs: performance.now() - startedMs };
  } catch {
    return { what, tookMs: null };
  }
}
