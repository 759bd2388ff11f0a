/** A labelled number with a slider beside it, as the WebUI's own sliders look. */
import { element } from '../dom.ts';

export interface SliderFieldOptions {
  id: string;
  label: string;
  min: number;
  max: number;
  step: number;
  onChange: () => void;
}

/** The nearest value that the field allows. */
export function snap(value: number, { min, max, step }: Pick<SliderFieldOptions, 'min' | 'max' | 'step'>): number {
  if (!Number.isFinite(value)) return min;
  return Math.min(max, Math.max(min, min + Math.round((value - min) / step) * step));
}

export class SliderField {
  readonly root: HTMLElement;
  readonly #options: SliderFieldOptions;
  readonly #number: HTMLInputElement;
  readonly #range: HTMLInputElement;
  #value: number;

  constructor(options: SliderFieldOptions) {
    this.#options = options;
    this.#value = options.min;
    const bounds = { min: String(options.min), max: String(options.max), step: String(options.step) };
    this.#number = element('input', {
      class: 'headroom-number',
      attributes: { ...bounds, type: 'number', id: options.id },
      on: { input: () => this.#take(this.#number), change: () => this.#settle() },
    });
    this.#range = element('input', {
      class: 'headroom-range',
      attributes: { ...bounds, type: 'range', 'aria-label': options.label },
      on: { input: () => this.#take(this.#range), change: () => this.#settle() },
    });
    const label = element('label', { text: options.label, attributes: { for: options.id } });
    this.root = element('div', { class: 'headroom-slider' }, [
      element('div', { class: 'headroom-slider-head' }, [label, this.#number]),
      this.#range,
    ]);
    this.set(options.min);
  }

  /** Always one of the values that the field allows, whatever is being typed. */
  get value(): number {
    return this.#value;
  }

  set(value: number): void {
    this.#value = snap(value, this.#options);
    this.#settle();
  }

  set disabled(disabled: boolean) {
    this.#number.disabled = disabled;
    this.#range.disabled = disabled;
  }

  #take(from: HTMLInputElement): void {
    // A field that was emptied holds its value until another is typed, and shows it again when it is left.
    if (Number.isNaN(from.valueAsNumber)) return;
    this.#value = snap(from.valueAsNumber, this.#options);
    if (from === this.#range) this.#number.value = String(this.#value);
    else this.#range.value = String(this.#value);
    this.#options.onChange();
  }

  #settle(): void {
    this.#number.value = String(this.#value);
    this.#range.value = String(this.#value);
  }
}
