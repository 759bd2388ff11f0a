/** The readout beside width and height: built once, then painted in place. */
import { button } from '../button.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import * as words from '../../service/words/index.ts';
import { GenerateDialog } from '../generate/dialog.ts';
import { icon, setIcon } from '../icons.ts';
import type { TabName } from '../settings.ts';
import { EDGE, type Whisker } from './bar.ts';
import { covers, placeDetails } from './place.ts';
import type { Offer } from './offers.ts';
import type { ReadoutModel } from './view-model.ts';

/** Characters of a detail that takes lines of its own: beside its name it would be a narrow column. */
const LONG = 40;

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

function span(node: HTMLElement, from: number, to: number): void {
  node.style.left = percent(from);
  node.style.width = percent(Math.max(0, to - from));
}

class BarElement {
  readonly root: HTMLElement;
  readonly #others = element('span', { class: 'headroom-bar-others' });
  readonly #webui = element('span', { class: 'headroom-bar-webui' });
  readonly #picture = element('span', { class: 'headroom-bar-required' });
  readonly #over = element('span', { class: 'headroom-bar-over' });
  readonly #peak = element('span', { class: 'headroom-bar-peak' });
  readonly #requiredWhisker = element('span', { class: 'headroom-whisker headroom-whisker-required' });
  readonly #peakWhisker = element('span', { class: 'headroom-whisker headroom-whisker-peak' });
  readonly #badge = element('span', { class: 'headroom-badge' });
  readonly #edge = element('span', { class: 'headroom-bar-edge' });

  constructor() {
    const parts = [
      element('span', { class: 'headroom-bar-card' }),
      this.#others,
      this.#webui,
      this.#picture,
      this.#over,
      this.#peak,
      this.#peakWhisker,
      this.#requiredWhisker,
      this.#badge,
      this.#edge,
    ];
    this.root = element('div', { class: 'headroom-bar', attributes: { role: 'img' } }, parts);
    this.root.style.setProperty('--headroom-edge', percent(EDGE));
  }

  paint({ bar, badge, edge, figures }: ReadoutModel): void {
    setAttribute(this.root, 'aria-label', figures === '' ? words.NO_FIGURES : figures);
    const [others, webui] = [bar?.others ?? 0, bar?.webui ?? 0];
    const required = Math.max(webui, bar?.required?.at ?? 0);
    span(this.#others, 0, others);
    span(this.#webui, others, webui);
    span(this.#picture, webui, Math.min(EDGE, required));
    span(this.#over, EDGE, required);
    span(this.#peak, required, bar?.peak?.at ?? 0);
    this.#whisker(this.#requiredWhisker, bar?.required ?? null);
    this.#whisker(this.#peakWhisker, bar?.peak ?? null);
    setText(this.#badge, badge);
    setText(this.#edge, edge);
  }

  #whisker(node: HTMLElement, whisker: Whisker | null): void {
    setHidden(node, whisker === null);
    span(node, whisker?.low ?? 0, whisker?.high ?? 0);
  }
}

export interface ReadoutElementOptions {
  tab: TabName;
  onAction: Readonly<Record<NonNullable<ReadoutModel['action']>, () => void>>;
  onOffer: (offer: Offer) => void;
  onUndo: () => void;
  onExplain: () => void;
}

export class ReadoutElement {
  readonly root: HTMLElement;
  readonly dialog: GenerateDialog;
  readonly #icon = icon();
  readonly #verdict = element('span', { class: 'headroom-verdict-word' });
  readonly #options: ReadoutElementOptions;
  readonly #actions: Readonly<Record<NonNullable<ReadoutModel['action']>, HTMLButtonElement>>;
  readonly #undo: HTMLButtonElement;
  readonly #explain: HTMLButtonElement;
  readonly #offers = element('span', { class: 'headroom-offers' });
  readonly #figures = element('span', { class: 'headroom-figures' });
  readonly #bar = new BarElement();
  readonly #told = element('p', { class: 'headroom-told' });
  readonly #list = element('dl', { class: 'headroom-list' });
  readonly #more = element('div', { class: 'headroom-more' }, [this.#list]);
  readonly #details: HTMLDetailsElement;
  readonly #live = element('span', {
    class: 'headroom-only-read',
    attributes: { role: 'status', 'aria-live': 'polite' },
  });
  #listed = '';
  #offered = '';

  constructor(options: ReadoutElementOptions) {
    this.#options = options;
    this.dialog = new GenerateDialog(`headroom_${options.tab}_warning`);
    const { probe, benchmark, tab } = options.onAction;
    this.#actions = {
      probe: button('headroom-offer headroom-probe', words.MEASURE_THIS_CARD, probe),
      benchmark: button('headroom-offer', words.RUN_BENCHMARK, benchmark, words.ABOUT_THE_BENCHMARK),
      tab: button('headroom-offer', words.OPEN_HEADROOM, tab),
    };
    this.#undo = button('headroom-offer headroom-undo', words.UNDO, options.onUndo, words.ABOUT_UNDO);
    this.#explain = button(
      'headroom-offer headroom-explain',
      words.EXPLAIN_IT,
      options.onExplain,
      words.LAST_GENERATION,
    );
    this.#details = element('details', { class: 'headroom-details', on: { toggle: () => this.#onToggle() } }, [
      element('summary', { class: 'headroom-summary', text: words.DETAILS }),
      this.#more,
    ]);
    const verdict = element('span', { class: 'headroom-verdict' }, [this.#icon, this.#verdict]);
    this.root = element(
      'div',
      {
        class: 'headroom-readout',
        attributes: {
          id: `headroom_${options.tab}_readout`,
          lang: words.LANGUAGE,
          role: 'group',
          'aria-label': words.readoutLabel(options.tab),
          'aria-busy': 'true',
        },
        on: { keydown: (event) => this.#onKey(event) },
      },
      [
        element('div', { class: 'headroom-lines' }, [
          element('div', { class: 'headroom-head' }, [verdict, this.#figures]),
          this.#bar.root,
          this.#told,
          element('div', { class: 'headroom-foot' }, [
            this.#offers,
            this.#undo,
            this.#explain,
            ...Object.values(this.#actions),
            this.#details,
          ]),
        ]),
        this.#live,
        this.dialog.root,
      ],
    );
  }

  /** `busy`: the controls have moved on, and the answer for them is still to come. */
  paint(model: ReadoutModel, busy: boolean): void {
    setAttribute(this.root, 'data-state', model.state);
    setAttribute(this.root, 'data-tone', model.tone);
    setAttribute(this.root, 'aria-busy', String(busy));
    setIcon(this.#icon, model.icon);
    setText(this.#verdict, model.verdict);
    setText(this.#figures, model.figures);
    for (const [action, node] of Object.entries(this.#actions)) setHidden(node, action !== model.action);
    setHidden(this.#undo, !model.offerUndo);
    setHidden(this.#explain, !model.explains);
    this.#paintOffers(model.offers);
    setText(this.#told, model.told);
    this.#bar.paint(model);
    setAttribute(this.root, 'title', model.details.map(([name, value]) => `${name}: ${value}`).join('\n') || null);
    this.#paintDetails(model.details);
  }

  /** `aloud`: a screen reader says it by itself; else it only finds it there. */
  announce(text: string, aloud: boolean): void {
    setAttribute(this.#live, 'aria-live', aloud || text === '' ? 'polite' : 'off');
    setText(this.#live, text);
  }

  #onToggle(): void {
    if (this.#details.open) placeDetails(this.#more, this.root, this.#options.tab);
  }

  /** What is open lies over the page. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#details.open) return;
    this.#details.open = false;
    this.#details.querySelector('summary')?.focus();
  }

  /** The same offers keep their buttons, and the focus. */
  #paintOffers(offers: readonly Offer[]): void {
    const text = JSON.stringify(offers);
    if (text === this.#offered) return;
    this.#offered = text;
    setHidden(this.#offers, offers.length === 0);
    this.#offers.replaceChildren(
      ...offers.map((offer) => button('headroom-offer', offer.words, () => this.#options.onOffer(offer), offer.about)),
    );
  }

  #paintDetails(details: ReadoutModel['details']): void {
    const text = JSON.stringify(details);
    if (text === this.#listed) return;
    this.#listed = text;
    this.#list.replaceChildren(
      ...details.flatMap(([name, value, part]) => [
        element('dt', {
          text: name,
          ...(part === undefined ? {} : { class: `headroom-swatch headroom-swatch-${part}` }),
        }),
        element('dd', { text: value, ...(value.length > LONG ? { class: 'headroom-long' } : {}) }),
      ]),
    );
    const { tab } = this.#options;
    if (this.#details.open && covers(this.#more, tab)) placeDetails(this.#more, this.root, tab);
  }
}
