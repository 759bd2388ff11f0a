import { Readable } from 'node:stream';
import type { CliWorld, ServeRequest } from '../../../service/cli/world.ts';

/** A terminal that remembers. */
export interface FakeWorld extends CliWorld {
  readonly printed: () => string;
  readonly complained: () => string;
  readonly served: ServeRequest[];
}

/** @param typed what stands in stdin, piece by piece. */
export function createWorld(dataDir: string, typed: readonly string[] = [], isTerminal = false): FakeWorld {
  let out = '';
  let err = '';
  const served: ServeRequest[] = [];
  return {
    out: (text) => (out += text),
    err: (text) => (err += text),
    taken: () => Promise.resolve(),
    stdin: { isTerminal, pieces: () => Readable.from(typed) as AsyncIterable<string> },
    env: {},
    ownEnv: {},
    nowMs: () => 1_790_000_000_000,
    defaultDataDir: () => dataDir,
    driverMaySpill: () => false,
    serve: (request) => {
      served.push(request);
      return Promise.resolve(0);
    },
    printed: () => out,
    complained: () => err,
    served,
  };
}
