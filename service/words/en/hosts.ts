/** What is told of a WebUI of which not all can be asked. */
import type { Inability } from '../../protocol/abilities.ts';
import type { Told } from '../told.ts';

const NO_FIGURES_OF_IT = 'No benchmark, no estimate; live memory is shown.';

export function inabilityInWords(why: Inability): string {
  return inabilityTold(why).join(' ');
}

export function inabilityTold(why: Inability): Told {
  switch (why.code) {
    case 'attention-adapts':
      return [
        'The attention in force is cut to fit the memory that is free.',
        'No single figure would be true, and there is no curve to measure. For estimates choose another, as sdp, ' +
          'under Settings > Optimizations, and run the benchmark.',
      ];
    case 'not-shown-to-be-a1111':
      return [
        "This set-up was stored as AUTOMATIC1111's, but nothing shows that it is.",
        'Earlier versions took SD.Next and others for it. Its runs are kept, and not used.',
      ];
    case 'moves-networks':
      return [
        `${why.name} moves networks on and off the card by the memory that is free.`,
        `A curve measured once does not hold for it. ${NO_FIGURES_OF_IT}`,
      ];
    case 'sdnext':
      return [
        'SD.Next is not supported: it moves parts of the model on and off the card by itself.',
        `Headroom cannot tell which model and offloading a generation has. ${NO_FIGURES_OF_IT}`,
      ];
    case 'unknown-webui':
      return [
        "This WebUI is neither AUTOMATIC1111's nor a fork that Headroom knows.",
        `What it does with memory is not known. ${NO_FIGURES_OF_IT}`,
      ];
  }
}
