/** What is told of the rescue of a decode. */
export const RESCUE_OFFER: string =
  'Das letzte Bild ging beim Dekodieren verloren. Solche Bilder lassen sich in Kacheln noch einmal dekodieren; ihre ' +
  'Parameter sagen es dann.';
export const RESCUE_FROM_NOW_ON: string = 'Solche Bilder retten';
export const RESCUE_IS_ON: string =
  'Ab jetzt wird ein Bild, bei dessen Dekodieren der Speicher ausgeht, in Kacheln noch einmal dekodiert ' +
  '(Settings > Headroom).';
