/** What is told of a WebUI of which not all can be asked. */
import type { Inability } from '../../protocol/abilities.ts';

export function inabilityInWords(why: Inability): string {
  switch (why.code) {
    case 'attention-adapts':
      return (
        'The attention optimisation in force slices its work to fit the memory that is free, so no single figure ' +
        'would be true, and there is no curve to measure. For estimates choose another, as sdp, under Settings > ' +
        'Optimizations, and run the benchmark.'
      );
    case 'not-shown-to-be-a1111':
      return (
        "This set-up was stored as AUTOMATIC1111's, but nothing shows that it is: earlier versions took SD.Next " +
        'and others for it. Its runs are kept, and not used.'
      );
    case 'moves-networks':
      return (
        `${why.name} moves networks on and off the card by the memory that is free, so a curve measured once ` +
        'does not hold for it: no benchmark, no estimate. Live memory is shown.'
      );
    case 'sdnext':
      return (
        'SD.Next is not supported: it moves parts of the model on and off the card by its own watermarks, and ' +
        'Headroom cannot tell yet which model and offloading a generation has. No benchmark, no estimate; live ' +
        'memory is shown.'
      );
    case 'unknown-webui':
      return (
        "This WebUI is neither AUTOMATIC1111's nor a fork that Headroom knows, so what it does with memory is " +
        'not known. No benchmark, no estimate; live memory is shown.'
      );
  }
}
