/** What the sidecar must do with any message, of the WebUI and of a page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toShimMessageSchema } from '../../../service/protocol/shim.ts';
import { toViewerMessageSchema } from '../../../service/protocol/viewer.ts';
import type { FakeSocket } from '../../service/server/fake-socket.ts';
import { createRig, temporaryDir } from '../../service/server/rig.ts';
import type { Random } from '../random.ts';
import { mutateJson } from './mutate-json.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/messages');
/** Between two messages, by the rig's clock: fewer than the wire allows. */
const EVERY_MS = 30;
/** Runs that are kept make every later answer slower: so many messages, then a sidecar anew. */
const MESSAGES_OF_ONE_LIFE = 2_000;

export interface WireProblems {
  readonly problems: readonly string[];
  /** That fitted the protocol in spite of it all, so that something was done with them. */
  readonly understood: number;
}

/** Sends `n` mutated messages to a whole sidecar (without processes and without waiting). */
export async function fuzzWire(n: number, random: Random): Promise<WireProblems> {
  const problems: string[] = [];
  let understood = 0;
  for (let done = 0; done < n; done += MESSAGES_OF_ONE_LIFE) {
    understood += await oneLife(Math.min(MESSAGES_OF_ONE_LIFE, n - done), random, problems);
  }
  return { problems, understood };
}

async function oneLife(n: number, random: Random, problems: string[]): Promise<number> {
  const dir = temporaryDir();
  const messages = { host: fixturesOf('host'), viewer: fixturesOf('viewer') };
  const rig = createRig(dir.path, {
    log: (text) => (text.startsWith('internal error') ? void problems.push(text) : undefined),
  });
  let [host, viewer]: [FakeSocket, FakeSocket] = [rig.host.socket, rig.viewer];
  let understood = 0;
  try {
    for (let at = 0; at < n; at += 1) {
      if (host.closedWith !== null) host = rig.connectHost().socket;
      if (viewer.closedWith !== null) viewer = rig.connectViewer();
      const role = random.pick(['host', 'viewer'] as const);
      const socket = role === 'host' ? host : viewer;
      const text =
        random.unit() < 0.1
          ? random.pick(messages[role])
          : mutateJson(random.pick(messages[role]), messages[role], random);
      const before = socket.sent.length;
      socket.say(text);
      await rig.clock.advance(EVERY_MS);
      if (!socket.sent.slice(before).some(({ type, reason }) => type === 'error' && reason === 'bad-message'))
        understood += 1;
      problems.push(...strangeAnswers(host, viewer).map((problem) => `${problem} after ${text.slice(0, 300)}`));
    }
  } catch (error) {
    problems.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await rig.end().catch((error: unknown) => problems.push(`threw at its end: ${String(error)}`));
    dir.remove();
  }
  return understood;
}

/**
 * Every answer must be a message of the protocol: no NaN (which JSON writes as null), nothing left out. Takes the
 * answers away.
 */
function strangeAnswers(host: FakeSocket, viewer: FakeSocket): string[] {
  const strange = [
    ...host.sent.splice(0).filter((message) => !toShimMessageSchema.safeParse(message).success),
    ...viewer.sent.splice(0).filter((message) => !toViewerMessageSchema.safeParse(message).success),
  ];
  for (const socket of [host, viewer]) socket.drain();
  return strange.map((message) => `the answer ${JSON.stringify(message).slice(0, 300)} is not in the protocol`);
}

function fixturesOf(name: string): string[] {
  const messages = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as object[];
  return messages.map((message) => JSON.stringify(message));
}
