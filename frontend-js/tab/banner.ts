/** What stands in the way, and what the sidecar wants known. */
import type { ToViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import type { ConnectionState } from '../connection.ts';
import { button } from '../button.ts';
import { element, setHidden, setText } from '../dom.ts';
import { icon, setIcon } from '../icons.ts';
import { isOffline } from '../offline.ts';
import type { IconName, SidecarStatus } from '../readout/view-model.ts';

type Notice = ViewerState['notices'][number];

const ICONS: Readonly<Record<Notice['level'], IconName>> = { info: 'question', warning: 'warning', error: 'cross' };
const TONES: Readonly<Record<Notice['level'], string>> = { info: 'neutral', warning: 'close', error: 'bad' };

function noticeItem(notice: Notice): HTMLElement {
  const sign = icon();
  setIcon(sign, ICONS[notice.level]);
  return element('li', { class: 'headroom-notice', attributes: { 'data-tone': TONES[notice.level] } }, [
    sign,
    element('span', { text: words.noticeInWords(notice.notice) }),
  ]);
}

/** Null where nothing stands in the way. */
function obstacle(connection: ConnectionState, sidecar: SidecarStatus | null): string | null {
  if (isOffline(connection)) return words.offlineInWords(connection);
  if (connection === 'connecting') return words.CONNECTING_TO_THE_WEBUI;
  return sidecar === null || sidecar.state === 'running' ? null : sidecar.message;
}

export class Banner {
  readonly root: HTMLElement;
  readonly #text = element('span');
  readonly #bar: HTMLElement;
  readonly #restart: HTMLButtonElement;
  readonly #notices = element('ul', { class: 'headroom-notices' });
  readonly #refusal = element('p', { class: 'headroom-notice', attributes: { 'data-tone': 'close', role: 'alert' } });
  #shown = '';

  constructor(onRestart: () => void) {
    this.#restart = button('headroom-button', words.RESTART, onRestart);
    const sign = icon();
    setIcon(sign, 'warning');
    this.#bar = element('div', { class: 'headroom-notice', attributes: { 'data-tone': 'close', role: 'status' } }, [
      sign,
      this.#text,
      this.#restart,
    ]);
    this.root = element('div', { class: 'headroom-banner' }, [this.#bar, this.#refusal, this.#notices]);
    setHidden(this.#refusal, true);
  }

  /** True where nothing stands in the way. */
  update(connection: ConnectionState, sidecar: SidecarStatus | null): boolean {
    const text = obstacle(connection, sidecar);
    setHidden(this.#bar, text === null);
    setText(this.#text, text ?? '');
    setHidden(this.#restart, connection !== 'open' || sidecar?.canRestart !== true);
    return text === null;
  }

  notices(notices: readonly Notice[]): void {
    const shown = JSON.stringify(notices);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#notices.replaceChildren(...notices.map(noticeItem));
  }

  /** An order was refused, or not understood; the words stay until the next order. */
  refused(answer: Extract<ToViewerMessage, { type: 'refused' | 'error' }> | null): void {
    const why = answer?.type === 'refused' ? words.refusalInWords(answer.refusal) : (answer?.message ?? '');
    setText(this.#refusal, why);
    setHidden(this.#refusal, answer === null);
  }
}
