/** One visitor who floods, through the WebUI's own route, while another works on. */
import { WebSocket } from 'ws';
import { startBuiltStandIn } from '../../browser/stand-in.ts';
import { openPage } from '../../end_to_end/page.ts';
import type { Check, HardContext, HardLine } from '../line.ts';

const SOCKETS = 200;
const MOST_OF_ONE = 64;
/** Within every limit, and each question is among those that cost the most. */
const COSTLY_EVERY_MS = 30;
/** The other keeps to the limits too. */
const ASK_PAUSE_MS = 100;
const COSTLY_FOR_MS = 10_000;
const COSTLY = [
  '{"type":"benchmark-plan","requestId":1,"options":{"maxSizePx":2048,"maxBatchSize":16,"operations":["txt2img","hires_image","hires_latent","img2img"],"budget":"thorough"}}',
  '{"type":"curves","requestId":1,"operation":"txt2img"}',
];
const ROUNDS = 20;
const FLOOD = 500;
/** How long the other may wait for an answer that takes some milliseconds, on a machine that is busy with the flood. */
const ANSWER_MS = 2_000;

type End = { readonly opened: boolean; readonly code: number };

function visit(url: URL, address: string, onOpen: (socket: WebSocket) => void): Promise<End> {
  const origin = url.origin.replace('ws', 'http');
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { Origin: origin, 'X-Forwarded-For': address } });
    let opened = false;
    socket.on('open', () => {
      opened = true;
      onOpen(socket);
    });
    socket.on('unexpected-response', (_request, response) => resolve({ opened, code: response.statusCode ?? 0 }));
    socket.on('error', () => undefined);
    socket.on('close', (code) => resolve({ opened, code }));
  });
}

async function run({ count, say }: HardContext): Promise<readonly Check[]> {
  // Only where a proxy is known do the addresses that it tells count as visitors.
  process.env['FORWARDED_ALLOW_IPS'] = '127.0.0.1';
  const standIn = await startBuiltStandIn(8, ['--pace', '0']);
  try {
    const url = new URL('/headroom/ws', standIn.url);
    url.protocol = 'ws:';
    const other = await openPage(standIn.url, { 'X-Forwarded-For': '203.0.113.10' });
    await other.ready();
    let slowestMs = 0;
    let answered = 0;
    const ask = async (): Promise<void> => {
      const startedMs = performance.now();
      await other.estimate();
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
      answered += 1;
    };

    const open: WebSocket[] = [];
    let refused = 0;
    await Promise.all(
      Array.from({ length: SOCKETS }, () =>
        Promise.race([
          visit(url, '203.0.113.9', (socket) => open.push(socket)).then(
            ({ code }) => (refused += code === 403 ? 1 : 0),
          ),
          new Promise((resolve) => setTimeout(resolve, 5_000)),
        ]),
      ),
    );
    await ask();
    const tooMany: Check = {
      what: 'sockets of one visitor: more than 64 are refused, the others stay',
      n: SOCKETS,
      passed:
        open.length === MOST_OF_ONE &&
        refused === SOCKETS - MOST_OF_ONE &&
        open.every(({ readyState }) => readyState === WebSocket.OPEN),
      figure: `${open.length} open, ${refused} answered 403`,
    };
    const flooded = slowestMs;
    slowestMs = 0;
    const asking = open.map((socket, at) =>
      setInterval(() => socket.send(COSTLY[at % COSTLY.length] ?? ''), COSTLY_EVERY_MS),
    );
    for (const socket of open) socket.send('{"type":"hello","protocol":1}');
    for (const untilMs = performance.now() + COSTLY_FOR_MS; performance.now() < untilMs;) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, ASK_PAUSE_MS));
    }
    for (const timer of asking) clearInterval(timer);
    const costly: Check = {
      what: `${open.length} pages of one visitor ask what costs the most, within the limits: another is answered within`,
      n: answered,
      passed: slowestMs <= ANSWER_MS,
      figure: `${Math.round(slowestMs)} ms (<= ${ANSWER_MS})`,
    };
    say(`asked what costs the most, the other waited ${Math.round(slowestMs)} ms at most`);
    slowestMs = flooded;
    answered = 0;
    for (const socket of open) socket.terminate();
    await new Promise((resolve) => setTimeout(resolve, 500));

    const rounds = count(ROUNDS);
    const kinds = [
      {
        what: 'more than 50 messages a second',
        code: 1008,
        send: (socket: WebSocket) => Array.from({ length: FLOOD }, () => socket.send('{"type":"runs","requestId":1}')),
      },
      {
        what: 'messages of more than 64 KiB',
        code: 1009,
        send: (socket: WebSocket) => socket.send('x'.repeat(65 * 1024)),
      },
      { what: 'messages of 8 MiB', code: 1009, send: (socket: WebSocket) => socket.send('x'.repeat(8 * 2 ** 20)) },
      { what: 'binary messages', code: 1003, send: (socket: WebSocket) => socket.send(Buffer.alloc(100)) },
    ];
    const checks: Check[] = [tooMany, costly];
    for (const { what, code, send } of kinds) {
      const ends: End[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ends.push(await visit(url, '203.0.113.9', send));
        await ask();
      }
      const wrong = ends.filter((end) => !end.opened || end.code !== code);
      checks.push({
        what: `${what}: closed with ${code}`,
        n: rounds,
        passed: wrong.length === 0,
        figure: wrong[0] === undefined ? '0 wrong' : `closed with ${wrong[0].code}`,
      });
      say(`${what}: ${wrong.length} of ${rounds} wrong; the other waited ${Math.round(slowestMs)} ms at most`);
    }
    other.close();
    return [
      ...checks,
      {
        what: 'meanwhile another visitor is answered within',
        n: answered,
        passed: slowestMs <= ANSWER_MS,
        figure: `${Math.round(slowestMs)} ms (<= ${ANSWER_MS})`,
      },
    ];
  } finally {
    await standIn.stop();
  }
}

export const line: HardLine = { id: 'S5', holds: 'who floods is closed, and nobody else notices', run };
