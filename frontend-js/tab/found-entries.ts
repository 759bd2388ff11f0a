/** What was found, as names and values. Pure. */
import type { ViewerState } from '../../service/protocol/viewer.ts';
import * as words from '../../service/words/index.ts';

export type Entry = readonly [name: string, value: string];

/** The card as its driver names it; the processor as the WebUI names it where it computes there. Null while unknown. */
export function deviceName(state: ViewerState): string | null {
  const { device, environment } = state;
  const names = [device?.name, environment?.device.name];
  if (state.source.label === 'RAM') names.reverse();
  return names.find((name) => name !== undefined) ?? null;
}

function totalInWords({ device, environment }: ViewerState): string {
  if (typeof device?.totalMiB === 'number') return words.formatMiB(device.totalMiB);
  const torchTotalMiB = environment?.device.totalMiB ?? null;
  return torchTotalMiB === null ? words.NOT_KNOWN : words.torchTotalInWords(torchTotalMiB);
}

/** What was found, without what changes from second to second. */
export function foundEntries(state: ViewerState): Entry[] {
  const { device, environment, source } = state;
  const unused = state.devices.filter(
    (other) => device === null || other.uuid !== device.uuid || other.index !== device.index,
  );
  const entries: Entry[] = [
    [source.label === 'RAM' ? words.COMPUTES_ON : words.CARD, deviceName(state) ?? words.NOT_KNOWN_YET],
    ...(state.driverVersion === null ? [] : [[words.DRIVER, state.driverVersion] as const]),
    [words.inAll(source.label), totalInWords(state)],
    [words.READ_FROM, words.sourceInWords(source)],
  ];
  if (device !== null && unused.length > 0)
    entries.push([words.NOT_USED, unused.map((other) => other.name).join(', ')]);
  if (environment === null) return [...entries, [words.WEBUI, words.NOTHING_SAID_YET]];
  const { webui, webuiVersion, torchVersion, checkpoint } = environment;
  return [
    ...entries,
    [words.WEBUI, words.versionsInWords(webui, webuiVersion, torchVersion)],
    [words.CHECKPOINT, checkpoint ?? words.NONE_LOADED],
  ];
}

export function shortHash(keyHash: string): string {
  return keyHash.slice(0, 8);
}
