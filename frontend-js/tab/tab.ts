/** The Headroom tab: puts its parts into the element that the WebUI (or a page of our own) has for it. */
import type { Notice } from '../../service/protocol/notice.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import { Colours } from '../colours.ts';
import type { ConnectionState } from '../connection.ts';
import { element, setHidden } from '../dom.ts';
import type { Permission } from '../generate/permission.ts';
import type { OptionDesk } from '../option-desk.ts';
import type { SidecarStatus } from '../readout/view-model.ts';
import { ranOutIn } from '../ran-out.ts';
import type { TabName } from '../settings.ts';
import { appRoot } from '../webui.ts';
import { Banner } from './banner.ts';
import { BenchmarkPart } from './benchmark.ts';
import { ExplainPart } from './explain.ts';
import { FoundPart } from './found.ts';
import { NowPart } from './now/now.ts';
import { CurvesPart } from './curves.ts';
import { RescueOffer } from './rescue.ts';
import { RunsPart } from './runs.ts';
import { WhatFitsPart, type Controlled } from './what-fits.ts';
import { WhatIfPart } from './what-if.ts';

/** Not told in the banner, for a part of the tab has them. */
const OF_PARTS: readonly Notice['code'][] = ['rescue-offer', 'ran-out'];

/** Half a second or so. */
const FOCUS_TRIES = 30;

function isShown(node: Element): boolean {
  return node.getClientRects().length > 0;
}

/** Where the warning at Generate is switched on again. */
function warnField(permission: Permission): HTMLElement {
  const box = element('input', { attributes: { type: 'checkbox' } });
  const label = element('label', { class: 'headroom-choice' }, [box, words.WARN_AT_GENERATE]);
  box.addEventListener('change', () => {
    permission.off = !box.checked;
  });
  permission.onChange = () => {
    box.checked = !permission.off;
  };
  permission.onChange();
  return label;
}

/** What a page of our own, without a WebUI, has beside the tab's parts. */
function partsOfOwnPage(): readonly Node[] {
  const forms = document.querySelector<HTMLTemplateElement>('#headroom_forms');
  return forms === null ? [] : [forms.content];
}

/** What runs and curves hang on: with another there may be new ones. */
function measuredOf({ keyHash, calibration, benchmark }: ViewerState): string {
  return JSON.stringify([keyHash, calibration, benchmark.state === 'running' ? benchmark.run : 'idle']);
}

export class Tab {
  readonly #root: HTMLElement;
  readonly #banner: Banner;
  readonly #rescue: RescueOffer;
  readonly #now: NowPart;
  readonly #found = new FoundPart();
  readonly #benchmark: BenchmarkPart;
  readonly #curves: CurvesPart;
  readonly #runs: RunsPart;
  readonly #explain: ExplainPart;
  readonly #whatFits: WhatFitsPart;
  readonly #whatIf: WhatIfPart;
  readonly #body: HTMLElement;
  readonly #colours: Colours;
  #state: ViewerState | null = null;
  #connected = false;

  constructor(
    send: (message: ViewerMessage) => void,
    permission: Permission,
    desks: { readonly advice: AdviceDesk; readonly options: OptionDesk },
    controlled: (tab: TabName) => Controlled,
  ) {
    const settings = () => controlled('txt2img').settings;
    const order = (message: ViewerMessage) => {
      this.#banner.refused(null);
      send(message);
    };
    this.#banner = new Banner(() => order({ type: 'restart-sidecar' }));
    this.#rescue = new RescueOffer(desks.options);
    this.#now = new NowPart(send);
    this.#benchmark = new BenchmarkPart(send, order);
    this.#curves = new CurvesPart(send, settings);
    this.#runs = new RunsPart(send, order);
    this.#explain = new ExplainPart(order);
    this.#whatFits = new WhatFitsPart(desks.advice, controlled);
    this.#whatIf = new WhatIfPart(desks.advice, settings);
    const ofWebui = [this.#whatFits, this.#benchmark, this.#curves, this.#whatIf, this.#runs];
    for (const { root } of ofWebui) root.classList.add('headroom-needs-webui');
    const warn = warnField(permission);
    warn.classList.add('headroom-needs-webui');
    this.#body = element('div', { class: 'headroom-body' }, [
      element('div', { class: 'headroom-columns' }, [this.#now.root, this.#found.root]),
      ...partsOfOwnPage(),
      this.#whatFits.root,
      this.#benchmark.root,
      this.#curves.root,
      this.#whatIf.root,
      this.#explain.root,
      this.#runs.root,
      warn,
    ]);
    this.#root = element(
      'div',
      {
        class: 'headroom-tab',
        attributes: { lang: words.LANGUAGE, tabindex: '-1', role: 'region', 'aria-label': 'Headroom' },
      },
      [this.#banner.root, this.#rescue.root, this.#body],
    );
    setHidden(this.#body, true);
    // The plots are painted and do not follow the person's own colours by themselves.
    matchMedia('(forced-colors: active)').addEventListener('change', () => this.#redraw());
    this.#colours = new Colours(this.#root);
  }

  /** Goes into the tab's element wherever the WebUI has (again) built it. */
  refresh(): void {
    this.#whatFits.refresh();
    const place = appRoot().querySelector('#headroom_tab');
    if (place === null || this.#root.parentNode === place) return;
    place.replaceChildren(this.#root);
    this.fitColours();
  }

  /** The plots are painted and do not follow by themselves. */
  fitColours(): void {
    if (this.#colours.fit()) this.#redraw();
  }

  /**
   * Brought to the front by a button that has gone with its own tab: the focus comes along, as soon as the WebUI shows
   * this one.
   */
  focus(tries = FOCUS_TRIES): void {
    if (isShown(this.#root)) this.#root.focus();
    else if (tries > 0) requestAnimationFrame(() => this.focus(tries - 1));
  }

  /** Brings what the last generation ran out of to the front, and the focus there, once the WebUI shows the tab. */
  explain(tries = FOCUS_TRIES): void {
    if (isShown(this.#root)) this.#explain.focus();
    else if (tries > 0) requestAnimationFrame(() => this.explain(tries - 1));
  }

  /** As its own buttons do, from beside the sliders. */
  benchmark(budget: 'probe' | 'default'): void {
    this.#benchmark.start(budget);
  }

  connection(connection: ConnectionState, sidecar: SidecarStatus | null): void {
    const connected = this.#banner.update(connection, sidecar);
    if (connected && !this.#connected) {
      this.#now.forgetAsked();
      this.#benchmark.forgetAsked();
      this.#curves.forgetAsked();
      this.#runs.forgetAsked();
    }
    if (connected !== this.#connected) {
      this.#whatFits.connection(connected);
      this.#whatIf.connection(connected);
    }
    if (!connected && this.#connected) this.#now.noReadings();
    this.#connected = connected;
    if (this.#state !== null) this.#benchmark.update(this.#state.benchmark, this.#state, connected);
    this.#keepFocus();
  }

  receive(message: ToViewerMessage): void {
    switch (message.type) {
      case 'state':
        this.#show(message);
        break;
      case 'benchmark':
        if (this.#state !== null) this.#show({ ...this.#state, benchmark: message.benchmark });
        break;
      case 'memory':
        // One that was on its way when the sidecar stopped.
        if (!this.#connected) break;
        this.#now.memory(message);
        break;
      case 'live':
        if (this.#connected) this.#now.live(message);
        break;
      case 'benchmark-plan':
        this.#benchmark.plan(message);
        break;
      case 'curves':
        this.#curves.curves(message);
        break;
      case 'runs':
        if (this.#runs.runs(message)) this.#whatFits.runs(message.rows);
        break;
      case 'explain':
        this.#explain.explained(message);
        break;
      case 'refused':
      case 'error':
        this.#banner.refused(message);
        break;
      case 'estimate':
      case 'advice':
      case 'holders':
      case 'option-set':
      case 'sidecar':
        break;
    }
  }

  #show(state: ViewerState): void {
    this.#state = state;
    setHidden(this.#body, false);
    const { notices } = state;
    this.#banner.notices(notices.filter(({ notice }) => !OF_PARTS.includes(notice.code)));
    this.#explain.ranOut(ranOutIn(state));
    this.#rescue.update(notices.some(({ notice }) => notice.code === 'rescue-offer'));
    this.#found.update(state);
    this.#now.update(state);
    if (state.source.health !== 'ok') this.#now.noReadings();
    this.#benchmark.update(state.benchmark, state, this.#connected);
    const subject = measuredOf(state);
    this.#curves.update(state, subject);
    this.#runs.update(state, subject);
    this.#whatFits.update(state);
    this.#keepFocus();
  }

  /** A button that hides itself would take the focus to the page's beginning. */
  #keepFocus(): void {
    const { activeElement } = document;
    if (activeElement !== null && this.#root.contains(activeElement) && !isShown(activeElement) && isShown(this.#root))
      this.#root.focus();
  }

  #redraw(): void {
    this.#now.redraw();
    this.#curves.redraw();
  }
}
