import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { nextRun } from '../plan/planner.ts';
import { planSize } from '../plan/size.ts';
import type { Clock } from '../base/clock.ts';
import type { FormAnswer } from '../protocol/form-answer.ts';
import type { Sampler } from '../memory/sources/types.ts';
import { openGate, type Gate, type Role } from '../server/gate.ts';
import { createHub, type Hub } from '../server/hub.ts';
import type { Socket } from '../server/peer.ts';
import type { RamReaders } from '../server/messages/holders.ts';
import type { SourceChoice } from '../memory/sources/source.ts';
import { isToken } from '../server/token.ts';
import { openStoreOfWebui } from '../store/place.ts';
import { openStore, type Store } from '../store/store.ts';
import { NEEDS_A_TOKEN } from '../words/index.ts';
import { personHere, withoutPerson } from './discreet.ts';
import type { CliIo } from './io.ts';
import { standalone, tokenOfBrowser, type FormName, type Standalone } from './standalone/standalone.ts';
import { firstLine } from './stdin.ts';
import { VERSION } from './version.ts';

export interface ServeIo extends CliIo {
  readonly stdin: Readable;
  readonly pid: number;
  readonly clock: Clock;
  readonly createSampler: (choice: SourceChoice) => Sampler;
  readonly readRam: RamReaders;
  readonly driverMaySpill: () => boolean;
  /** Whether a process is there. */
  readonly isAlive: (pid: number) => boolean;
  /** Calls back when the process is asked to end (SIGTERM, SIGINT). */
  readonly onSignal: (callback: () => void) => void;
  /** Text of a script in javascript/; null where it is not there. */
  readonly pageScript: (name: string) => string | null;
  /** What is needed for a page of our own alone: it comes with the command line, in the language of the terminal. */
  readonly forOwnPage: () => Promise<ForOwnPage>;
}

interface ForOwnPage {
  readonly openInWords: (address: string) => string;
  readonly standalonePage: () => string;
  readonly answerForm: (
    form: FormName,
    query: URLSearchParams,
    dataDir: string,
    clock: Pick<Clock, 'nowMs'>,
  ) => Promise<FormAnswer>;
}

export interface ServeOptions {
  readonly dataDir: string;
  readonly parentPid: number | null;
  readonly standalone: boolean;
  /** The same for one sidecar after another of one WebUI; null where nobody has named it. */
  readonly webuiId: string | null;
}

export const SIDECAR_ROLES = { '/host': 'host', '/viewer': 'viewer', '/program': 'program' } as const;
const ADD: Readonly<Record<Role, (hub: Hub, socket: Socket) => void>> = {
  host: (hub, socket) => hub.addHost(socket),
  viewer: (hub, socket) => hub.addViewer(socket),
  program: (hub, socket) => hub.addProgram(socket),
};
const PARENT_POLL_MS = 3_000;
const STOP_LIMIT_MS = 2_000;

/** Serves until stdin ends, the parent is gone or a signal comes; resolves with the exit code. */
export async function serve(options: ServeOptions, io: ServeIo): Promise<number> {
  const token = options.standalone ? randomBytes(32).toString('hex') : await firstLine(io.stdin);
  if (token === null || !isToken(token)) {
    io.err(`headroom serve: ${NEEDS_A_TOKEN}\n`);
    io.stdin.destroy();
    return 2;
  }
  const ownPage = options.standalone ? await io.forOwnPage() : null;
  const ended = endOf(options, io);
  const parts: { hub: Hub | null } = { hub: null };
  const gate = await openGate({
    token,
    version: VERSION,
    onSocket: (role, socket) => {
      if (parts.hub !== null) ADD[role](parts.hub, socket);
    },
    ...(ownPage === null
      ? { roles: SIDECAR_ROLES }
      : { otherTokenOf: tokenOfBrowser, ...standaloneOf(token, ownPage, options, io) }),
  });
  announce(gate, token, ownPage, io);
  // No request is handled before this turn of the event loop ends, so none can miss the hub.
  parts.hub = createHub({
    clock: io.clock,
    store: storeOf(options, io),
    planner: { nextRun, planSize },
    createSampler: io.createSampler,
    readRam: io.readRam,
    version: VERSION,
    pid: io.pid,
    driverMaySpill: io.driverMaySpill(),
    holder: options.webuiId ?? randomUUID(),
    newId: randomUUID,
    newSeed: () => randomInt(2 ** 31),
    log: (text) => io.err(`${text}\n`),
  });
  io.err(`${await ended}\n`);
  await stopAll(parts.hub, gate, io);
  return 0;
}

function standaloneOf(
  token: string,
  { standalonePage, answerForm }: ForOwnPage,
  { dataDir }: ServeOptions,
  { pageScript, clock }: ServeIo,
): Standalone {
  return standalone(token, randomBytes(8).toString('hex'), pageScript, {
    html: standalonePage,
    answer: (form, query) => answerForm(form, query, dataDir, clock),
  });
}

/** A WebUI goes on where its data folder cannot be written; who names a folder by himself means that one. */
function storeOf({ dataDir, webuiId }: ServeOptions, { clock, pid, isAlive }: ServeIo): Store {
  const nowMs = clock.nowMs();
  const store =
    webuiId === null
      ? openStore(dataDir, nowMs)
      : openStoreOfWebui(dataDir, nowMs, (path) => withoutPerson(path, personHere()));
  // One of this very number was before us: in a container each start may have the same.
  store.keepCutOff((sidecarPid) => sidecarPid !== pid && isAlive(sidecarPid));
  return store;
}

/** After it nothing of ours is open, so that the process ends by itself; what does not close in time is left open. */
async function stopAll(hub: Hub, gate: Gate, { clock, stdin }: ServeIo): Promise<void> {
  stdin.destroy();
  const closed = gate.close().then(() => hub.close());
  let limit: { clear(): void } | null = null;
  await Promise.race([
    closed,
    new Promise((resolve) => (limit = clock.setTimeout(() => resolve(null), STOP_LIMIT_MS))),
  ]);
  (limit as { clear(): void } | null)?.clear();
}

function announce({ port }: Gate, token: string, ownPage: ForOwnPage | null, io: ServeIo): void {
  if (ownPage !== null) io.out(`${ownPage.openInWords(`http://127.0.0.1:${port}/?token=${token}`)}\n`);
  else io.out(`${JSON.stringify({ listening: true, port, pid: io.pid, version: VERSION })}\n`);
}

/** Resolves with why, in words. */
function endOf({ parentPid, standalone }: ServeOptions, io: ServeIo): Promise<string> {
  let poll: { clear(): void } | null = null;
  const ended = new Promise<string>((resolve) => {
    io.onSignal(() => resolve('ending: asked to'));
    if (!standalone) {
      io.stdin.on('end', () => resolve('ending: stdin was closed'));
      io.stdin.on('error', () => resolve('ending: stdin failed'));
      io.stdin.resume();
    }
    if (parentPid === null) return;
    const look = (): void => {
      if (io.isAlive(parentPid)) poll = io.clock.setTimeout(look, PARENT_POLL_MS);
      else resolve(`ending: the parent process ${parentPid} is gone`);
    };
    poll = io.clock.setTimeout(look, PARENT_POLL_MS);
  });
  return ended.finally(() => poll?.clear());
}
