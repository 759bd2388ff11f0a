/** What is told of the store of runs. */
import type { StoreNotice } from '../../protocol/notice.ts';

export function storeNoticeInWords(notice: StoreNotice): string {
  switch (notice.code) {
    case 'set-aside':
      return (
        "The store of runs could not be read (it is damaged, or another version's). It was set aside as " +
        `${notice.file}, and a new one was begun.`
      );
    case 'elsewhere':
      return (
        `${notice.wanted} cannot be written: what is measured is kept in ${notice.folder}, which the system may ` +
        'clear. Make the folder writable and restart the WebUI.'
      );
    case 'in-memory':
      return (
        `The store of runs cannot be written (${notice.file}: ${notice.why}). Runs are kept until the WebUI ` +
        'ends, and lost then.'
      );
    case 'not-written-now':
      return (
        `The store of runs cannot be written at the moment (${notice.why}). Runs are kept in memory; if it ` +
        'cannot be written before the WebUI ends, they are lost then.'
      );
    case 'unreadable-entries':
      return (
        "Some entries in the store of runs cannot be read (they are damaged, or another version's). They were " +
        'left out; all others count.'
      );
  }
}
