/** Questions of programs: each comes on a socket of its own, which the shim closes with the answer. */
import type { Clock } from '../../base/clock.ts';
import type { ErrorMessage } from '../../protocol/error.ts';
import { MAX_MESSAGES_PER_SECOND } from '../../protocol/limits.ts';
import { programMessageSchema, type ProgramMessage, type ToProgramMessage } from '../../protocol/program.ts';
import { createPeer, type Peer, type Socket } from '../peer.ts';

export interface ProgramsOptions {
  readonly clock: Clock;
  readonly log: (text: string) => void;
  readonly onAsk: (message: ProgramMessage, peer: ProgramPeer) => void;
}
export type ProgramPeer = Peer<ToProgramMessage>;

export function addProgram(socket: Socket, { clock, log, onAsk }: ProgramsOptions): void {
  const peer: ProgramPeer = createPeer<ProgramMessage, ToProgramMessage>({
    socket,
    schema: programMessageSchema,
    clock,
    mostPerSecond: MAX_MESSAGES_PER_SECOND,
    log,
    kindOf: (message: ToProgramMessage | ErrorMessage) => message.type,
    onMessage: (message) => onAsk(message, peer),
    onClose: () => undefined,
  });
}
