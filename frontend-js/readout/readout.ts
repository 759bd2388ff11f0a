/** One tab's readout: reads the controls, asks, shows the answer. */
import type { Clock } from '../../service/base/clock.ts';
import type { Upscaler } from '../../service/protocol/host.ts';
import type { EstimateResult, RequestedSettings } from '../../service/protocol/estimate.ts';
import type { Leak } from '../../service/protocol/leak.ts';
import type { ToViewerMessage, ViewerMessage } from '../../service/protocol/viewer.ts';
import type { AdviceDesk } from '../advice-desk.ts';
import * as words from '../../service/words/index.ts';
import { Colours } from '../colours.ts';
import type { ConnectionState } from '../connection.ts';
import { numberOf, readControls } from '../controls.ts';
import { EstimateRequests } from '../estimates.ts';
import { movesTo, type Move } from '../moves.ts';
import type { OptionDesk } from '../option-desk.ts';
import { readingOf } from '../settings.ts';
import type { Permission } from '../generate/permission.ts';
import type { Controls, Reading, TabName } from '../settings.ts';
import { appRoot } from '../webui.ts';
import { Announcer } from './announcer.ts';
import { ReadoutElement, type ReadoutElementOptions } from './element.ts';
import { offersOf, type CanTake, type Deed } from './offers.ts';
import { Remedies } from './remedies.ts';
import { Taking } from './taking.ts';
import { readoutModel } from './view-model.ts';
import type { ReadoutInput, SidecarStatus } from './view-model.ts';

/** What all readouts share. */
export interface Surroundings {
  connection: ConnectionState;
  sidecar: SidecarStatus | null;
  label: 'VRAM' | 'RAM';
  deviceName: string | null;
  /** The WebUI can be asked for runs. */
  canProbe: boolean;
  /** Of memory on the device; null where nothing grows. */
  leak: Leak | null;
  upscalers: readonly Upscaler[];
  /** The last generation of the person's, where it ran out of memory. */
  ranOut: ReadoutInput['ranOut'];
  /** It was lost as it was decoded, and such pictures are not rescued yet. */
  offersRescue: boolean;
  /** Of the set-up; null while unknown. */
  keyHash: string | null;
}

export class Readout {
  readonly tab: TabName;
  readonly #surroundings: () => Surroundings;
  readonly #requests: EstimateRequests;
  readonly #element: ReadoutElement;
  readonly #announcer: Announcer;
  readonly #colours: Colours;
  readonly #remedies: Remedies;
  readonly #taking: Taking;
  /** Whether the page's fields can be set so, and the WebUI's options. */
  readonly canTake: CanTake = (deed) => deed.kind === 'option' || this.#movesTo(deed).length > 0;
  #controls: Controls | null = null;
  #reading: Reading | null = null;
  #result: EstimateResult | null = null;

  constructor(
    tab: TabName,
    clock: Clock,
    send: (message: ViewerMessage) => void,
    desks: { readonly advice: AdviceDesk; readonly options: OptionDesk },
    surroundings: () => Surroundings,
    { onAction, onExplain }: Pick<ReadoutElementOptions, 'onAction' | 'onExplain'>,
  ) {
    this.tab = tab;
    this.#surroundings = surroundings;
    this.#requests = new EstimateRequests(tab, clock, send);
    this.#element = new ReadoutElement({
      tab,
      onAction,
      onExplain,
      onOffer: (offer) => void this.take(offer.deeds),
      onUndo: () => void this.undo(),
    });
    this.#taking = new Taking({
      tab,
      desk: desks.options,
      look: () => {
        this.readControls();
        return JSON.stringify(this.#reading);
      },
      onChange: () => this.paint(),
    });
    this.#remedies = new Remedies(tab, clock, desks.advice, () => this.paint());
    this.#colours = new Colours(this.#element.root);
    this.#announcer = new Announcer(clock, (text, aloud) => this.#element.announce(text, aloud));
  }

  /**
   * Puts the readout below the two sliders wherever the WebUI has (again) built them; a look at the controls follows.
   */
  refresh(): void {
    const column = appRoot().querySelector(`#${this.tab}_column_size`);
    if (column === null) return;
    if (this.#element.root.parentNode !== column) {
      column.append(this.#element.root);
      this.fitColours();
      this.paint();
    }
    this.readControls();
  }

  /** As they stand; null while they make no sense. */
  get settings(): RequestedSettings | null {
    return this.#reading?.ok === true ? this.#reading.settings : null;
  }

  /** @returns whether it was done. */
  take(deeds: readonly Deed[]): Promise<boolean> {
    const moves = deeds.flatMap((deed) => (deed.kind === 'sliders' ? this.#movesTo(deed) : []));
    return this.#taking.take(
      deeds.filter((deed) => deed.kind === 'option'),
      moves,
    );
  }

  /** Something was taken, and can be put back. */
  get canUndo(): boolean {
    return this.#taking.canUndo;
  }

  undo(): Promise<void> {
    return this.#taking.undo();
  }

  fitColours(): void {
    this.#colours.fit();
  }

  readControls(): void {
    const controls = readControls(this.tab, this.#controls);
    if (controls === null) return;
    this.#controls = controls;
    const reading = readingOf(controls, this.#surroundings().upscalers);
    const changed = JSON.stringify(reading) !== JSON.stringify(this.#reading);
    this.#reading = reading;
    if (changed) this.#taking.moved(JSON.stringify(reading));
    if (reading.ok) this.#requests.want(reading.settings);
    if (changed || this.#requests.late) this.paint();
  }

  accept(answer: Extract<ToViewerMessage, { type: 'estimate' }>): void {
    const result = this.#requests.accept(answer);
    if (result === null) return;
    this.#result = result;
    this.paint();
  }

  askAgain(): void {
    this.#remedies.forget();
    this.#requests.askAgain();
  }

  /** @returns whether the press of Generate waits for the person: only for what surely does not fit. */
  holdsGenerate(permission: Permission, again: () => void): boolean {
    this.readControls();
    const [result, reading] = [this.#result, this.#reading];
    if (reading?.ok !== true || this.#requests.pending || result?.status !== 'estimated') return false;
    if (result.verdict !== 'will-not-fit' || !permission.asks(reading.settings)) return false;
    if (this.#surroundings().connection !== 'open') return false;
    const text = words.willNotFitInWords(result, this.#surroundings().label);
    const offers = offersOf(this.#remedies.advice, this.canTake);
    this.#element.dialog.ask(
      { text, offers },
      {
        generate: again,
        always: () => {
          permission.passAlways(reading.settings);
          again();
        },
        never: () => {
          permission.off = true;
          again();
        },
        take: (offer) => {
          void this.take(offer.deeds).then((taken) => {
            if (taken) again();
          });
        },
      },
    );
    return true;
  }

  paint(): void {
    const result = this.#requests.late ? null : this.#result;
    if (!this.#requests.pending) this.#remedies.update(this.settings, result, this.#surroundings().keyHash);
    const model = readoutModel({
      ...this.#surroundings(),
      reading: this.#reading,
      result,
      advice: this.#requests.pending ? null : this.#remedies.advice,
      canTake: this.canTake,
      canUndo: this.#taking.canUndo,
      said: this.#taking.said,
    });
    const { connection, sidecar } = this.#surroundings();
    // Of one that has given up no answer will come.
    const busy =
      this.#reading?.ok !== false && this.#requests.pending && !(connection === 'open' && sidecar?.state === 'stopped');
    this.#element.paint(model, busy);
    if (busy) this.#announcer.hold();
    else
      this.#announcer.update(
        JSON.stringify([this.#reading, model.state, model.verdict, model.told]),
        model.announcement,
      );
  }

  #movesTo(to: Extract<Deed, { kind: 'sliders' }>): readonly Move[] {
    if (this.#controls === null) return [];
    const batchCount = numberOf(appRoot(), `${this.tab}_batch_count`);
    return movesTo(this.#controls, batchCount, to, this.#surroundings().upscalers);
  }
}
