/** What is told of the store of runs. */
import type { StoreNotice } from '../../protocol/notice.ts';

export function storeNoticeInWords(notice: StoreNotice): string {
  switch (notice.code) {
    case 'set-aside':
      return (
        'Die Ablage der Läufe war nicht lesbar (beschädigt oder von einer anderen Version). Sie liegt jetzt unter ' +
        `${notice.file}, und eine neue wurde begonnen.`
      );
    case 'elsewhere':
      return (
        `${notice.wanted} ist nicht beschreibbar: Was gemessen wird, liegt in ${notice.folder}, den das System leeren ` +
        'kann. Den Ordner beschreibbar machen und die WebUI neu starten.'
      );
    case 'in-memory':
      return (
        `Die Ablage der Läufe ist nicht beschreibbar (${notice.file}: ${notice.why}). Läufe bleiben erhalten, bis die ` +
        'WebUI endet, und sind dann verloren.'
      );
    case 'not-written-now':
      return (
        `Die Ablage der Läufe ist zurzeit nicht beschreibbar (${notice.why}). Läufe bleiben im Speicher; lässt sie ` +
        'sich nicht mehr beschreiben, bevor die WebUI endet, sind sie verloren.'
      );
    case 'unreadable-entries':
      return (
        'Einige Einträge in der Ablage der Läufe sind nicht lesbar (beschädigt oder von einer anderen Version). Sie ' +
        'wurden ausgelassen; alle übrigen zählen.'
      );
  }
}
