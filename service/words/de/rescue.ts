/** What is told of the rescue of a decode. */
export const RESCUE_OFFER: string =
  'Das letzte Bild ging beim Dekodieren verloren. Unter Settings > Headroom lässt sich einstellen, dass solche Bilder ' +
  'in Kacheln noch einmal dekodiert werden; ihre Parameter sagen es dann.';
