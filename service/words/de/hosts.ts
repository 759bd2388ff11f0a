/** What is told of a WebUI of which not all can be asked. */
import type { Inability } from '../../protocol/abilities.ts';
import type { Told } from '../told.ts';

const NO_FIGURES_OF_IT = 'Kein Benchmark, keine Schätzung; der Speicher wird laufend angezeigt.';

export function inabilityInWords(why: Inability): string {
  return inabilityTold(why).join(' ');
}

export function inabilityTold(why: Inability): Told {
  switch (why.code) {
    case 'attention-adapts':
      return [
        'Die eingestellte Attention wird so zerlegt, dass sie in den freien Speicher passt.',
        'Keine einzelne Zahl wäre richtig, und es gibt keine Kurve zu messen. Für Schätzungen unter Settings > ' +
          'Optimizations eine andere wählen, etwa sdp, und den Benchmark starten.',
      ];
    case 'not-shown-to-be-a1111':
      return [
        'Diese Konfiguration wurde als AUTOMATIC1111 gespeichert, aber nichts belegt das.',
        'Frühere Versionen hielten auch SD.Next und andere dafür. Die Läufe bleiben erhalten und zählen nicht.',
      ];
    case 'moves-networks':
      return [
        `${why.name} verschiebt Netze je nach freiem Speicher.`,
        `Eine einmal gemessene Kurve gilt dafür nicht. ${NO_FIGURES_OF_IT}`,
      ];
    case 'sdnext':
      return [
        'SD.Next wird nicht unterstützt: Es verschiebt Teile des Modells von selbst.',
        `Headroom erfährt nicht, mit welchem Modell und Offloading generiert wird. ${NO_FIGURES_OF_IT}`,
      ];
    case 'unknown-webui':
      return [
        'Diese WebUI ist weder AUTOMATIC1111 noch ein Fork, den Headroom kennt.',
        `Wie sie mit Speicher umgeht, ist unbekannt. ${NO_FIGURES_OF_IT}`,
      ];
  }
}
