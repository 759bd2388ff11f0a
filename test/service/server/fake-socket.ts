import { EventEmitter } from 'node:events';
import type { Socket } from '../../../service/server/peer.ts';

export interface Sent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The sidecar's end of a wire, seen from the other side. */
export class FakeSocket extends EventEmitter implements Socket {
  bufferedAmount = 0;
  readonly sent: Sent[] = [];
  closedWith: number | null = null;
  terminated = false;
  answersPings = true;
  onSent: (message: Sent) => void = () => undefined;
  #written: (() => void)[] = [];

  send(text: string, written: () => void): void {
    const message = JSON.parse(text) as Sent;
    this.sent.push(message);
    this.#written.push(written);
    this.onSent(message);
  }

  /** The network took what was waiting. */
  drain(): void {
    this.bufferedAmount = 0;
    for (const written of this.#written.splice(0)) written();
  }

  ping(): void {
    if (this.answersPings) this.emit('pong');
  }

  close(code: number): void {
    this.closedWith ??= code;
    this.emit('close');
  }

  terminate(): void {
    this.terminated = true;
    this.emit('close');
  }

  /** The other side says something. */
  say(message: object | string): void {
    this.emit('message', Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), false);
  }

  all(type: string): Sent[] {
    return this.sent.filter((message) => message.type === type);
  }

  last(type: string): Sent | undefined {
    return this.all(type).at(-1);
  }
}
