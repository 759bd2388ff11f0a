/** In the place of a readout on the tab Extras: why there is none. */
import { LANGUAGE, NO_ESTIMATE_FOR_EXTRAS } from '../../service/words/index.ts';
import { Colours } from '../colours.ts';
import { element } from '../dom.ts';
import { appRoot } from '../webui.ts';

export class ExtrasNote {
  readonly #root = element('p', {
    class: 'headroom-readout',
    text: NO_ESTIMATE_FOR_EXTRAS,
    attributes: { id: 'headroom_extras_readout', lang: LANGUAGE },
  });
  readonly #colours = new Colours(this.#root);

  /** Below the pictures, wherever the WebUI has (again) built them. */
  refresh(): void {
    const pictures = appRoot().querySelector('#mode_extras');
    if (pictures === null || this.#root.previousElementSibling === pictures) return;
    pictures.after(this.#root);
    this.fitColours();
  }

  fitColours(): void {
    this.#colours.fit();
  }
}
