/** The readout beside width and height: built once, then painted in place. */
import { button } from '../button.ts';
import { element, setAttribute, setHidden, setText } from '../dom.ts';
import {
  ABOUT_UNDO,
  MEASURE_THIS_CARD,
  NO_FIGURES,
  OPEN_HEADROOM,
  readoutLabel,
  UNDO,
} from '../../service/words/index.ts';
import { GenerateDialog } from '../generate/dialog.ts';
import { icon, setIcon } from '../icons.ts';
import type { TabName } from '../settings.ts';
import type { Bar, Whisker } from './bar.ts';
import type { Offer } from './offers.ts';
import type { ReadoutModel } from './view-model.ts';

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

function span(node: HTMLElement, from: number, to: number): void {
  node.style.left = percent(from);
  node.style.width = percent(Math.max(0, to - from));
}

class BarElement {
  readonly root: HTMLElement;
  readonly #others = element('span', { class: 'headroom-bar-others' });
  readonly #webui = element('span', { class: 'headroom-bar-webui' });
  readonly #required = element('span', { class: 'headroom-bar-required' });
  readonly #peak = element('span', { class: 'headroom-bar-peak' });
  readonly #requiredWhisker = element('span', { class: 'headroom-whisker headroom-whisker-required' });
  readonly #peakWhisker = element('span', { class: 'headroom-whisker headroom-whisker-peak' });
  readonly #total = element('span', { class: 'headroom-bar-total' });

  constructor() {
    const parts = [
      this.#peak,
      this.#required,
      this.#others,
      this.#webui,
      this.#peakWhisker,
      this.#requiredWhisker,
      this.#total,
    ];
    this.root = element('div', { class: 'headroom-bar', attributes: { role: 'img' } }, parts);
  }

  paint(bar: Bar | null, label: string): void {
    setAttribute(this.root, 'aria-label', label);
    span(this.#others, 0, bar?.others ?? 0);
    span(this.#webui, bar?.others ?? 0, bar?.webui ?? 0);
    span(this.#required, 0, bar?.required?.at ?? 0);
    span(this.#peak, 0, bar?.peak?.at ?? 0);
    this.#whisker(this.#requiredWhisker, bar?.required ?? null);
    this.#whisker(this.#peakWhisker, bar?.peak ?? null);
    setHidden(this.#total, bar === null || bar.total >= 1);
    this.#total.style.left = percent(bar?.total ?? 1);
  }

  #whisker(node: HTMLElement, whisker: Whisker | null): void {
    setHidden(node, whisker === null);
    span(node, whisker?.low ?? 0, whisker?.high ?? 0);
  }
}

export interface ReadoutElementOptions {
  tab: TabName;
  onOpenTab: () => void;
  onProbe: () => void;
  onOffer: (offer: Offer) => void;
  onUndo: () => void;
}

export class ReadoutElement {
  readonly root: HTMLElement;
  readonly dialog: GenerateDialog;
  readonly #icon = icon();
  readonly #verdict = element('span', { class: 'headroom-verdict-word' });
  readonly #badge = element('span', { class: 'headroom-badge' });
  readonly #margin = element('span', { class: 'headroom-margin' });
  readonly #options: ReadoutElementOptions;
  readonly #open: HTMLButtonElement;
  readonly #probe: HTMLButtonElement;
  readonly #undo: HTMLButtonElement;
  readonly #offers = element('span', { class: 'headroom-offers' });
  readonly #figures = element('div', { class: 'headroom-figures' });
  readonly #bar = new BarElement();
  readonly #hint = element('span', { class: 'headroom-hint-text' });
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
    this.#open = button('headroom-link', OPEN_HEADROOM, options.onOpenTab);
    this.#probe = button('headroom-link headroom-probe', MEASURE_THIS_CARD, options.onProbe);
    this.#undo = button('headroom-offer', UNDO, options.onUndo, ABOUT_UNDO);
    this.#details = element('details', { class: 'headroom-details', on: { toggle: () => this.#place() } }, [
      element('summary', { class: 'headroom-hint' }, [this.#hint]),
      this.#more,
    ]);
    const verdict = element('span', { class: 'headroom-verdict' }, [this.#icon, this.#verdict]);
    this.root = element(
      'div',
      {
        class: 'headroom-readout',
        attributes: {
          id: `headroom_${options.tab}_readout`,
          role: 'group',
          'aria-label': readoutLabel(options.tab),
          'aria-busy': 'true',
        },
        on: { keydown: (event) => this.#onKey(event) },
      },
      [
        element('div', { class: 'headroom-head' }, [
          verdict,
          this.#badge,
          this.#margin,
          this.#offers,
          this.#undo,
          this.#probe,
          this.#open,
        ]),
        this.#figures,
        this.#bar.root,
        this.#details,
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
    setText(this.#badge, model.badge);
    setHidden(this.#badge, model.badge === '');
    setText(this.#margin, model.margin);
    setHidden(this.#margin, model.margin === '');
    setHidden(this.#open, !model.offerTab);
    setHidden(this.#probe, !model.offerProbe);
    setHidden(this.#undo, !model.offerUndo);
    this.#paintOffers(model.offers);
    this.#paintFigures(model.figures);
    setText(this.#hint, model.hint);
    this.#bar.paint(model.bar, model.figures.length === 0 ? NO_FIGURES : model.figures.join(' '));
    setAttribute(this.root, 'title', model.details.map(([name, value]) => `${name}: ${value}`).join('\n') || null);
    this.#paintDetails(model.details);
  }

  /** `aloud`: a screen reader says it by itself; else it only finds it there. */
  announce(text: string, aloud: boolean): void {
    setAttribute(this.#live, 'aria-live', aloud || text === '' ? 'polite' : 'off');
    setText(this.#live, text);
  }

  /** Where there is no room below the readout for what is open, and there is above, it lies above. */
  #place(): void {
    if (!this.#details.open) return;
    this.#more.classList.remove('headroom-above');
    const { top, bottom, height } = this.#more.getBoundingClientRect();
    const overlaid = getComputedStyle(this.#more).position === 'absolute';
    if (bottom <= innerHeight && top >= 0) return;
    if (overlaid && this.root.getBoundingClientRect().top >= height) this.#more.classList.add('headroom-above');
    else this.#more.scrollIntoView({ block: 'nearest' });
  }

  /** What is open lies over the page. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.#details.open) return;
    this.#details.open = false;
    this.#details.querySelector('summary')?.focus();
  }

  /** Breaks between figures only, where the place is narrow. */
  #paintFigures(parts: readonly string[]): void {
    if (this.#figures.textContent === parts.join(' ')) return;
    this.#figures.replaceChildren(
      ...parts.flatMap((text, index) => [...(index > 0 ? [' '] : []), element('span', { text })]),
    );
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
        element('dd', { text: value }),
      ]),
    );
  }
}
