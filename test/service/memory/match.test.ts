import { expect, test } from '@jest/globals';
import { matchDevice } from '../../../service/memory/match.ts';
import type { DeviceReading } from '../../../service/memory/sources/types.ts';

function device(over: Partial<DeviceReading>): DeviceReading {
  return {
    index: 0,
    uuid: null,
    busId: null,
    name: 'Card',
    usedMiB: 1,
    totalMiB: 8192,
    driverKeptMiB: null,
    processMiB: null,
    ...over,
  };
}
const host = { uuid: null, busId: null, name: 'Torch card', totalMiB: 8100 };
const SMALL = device({ index: 0, uuid: 'GPU-aaaaaaaa-0000', busId: '00000000:01:00.0', name: 'Small' });
const LARGE = device({
  index: 1,
  uuid: 'GPU-BBBBBBBB-0000',
  busId: '00000000:A1:00.0',
  name: 'Large',
  totalMiB: 24_564,
});

test('a uuid matches with and without its prefix, in any case', () => {
  for (const uuid of ['GPU-bbbbbbbb-0000', 'bbbbbbbb-0000', 'BBBBBBBB-0000'])
    expect(matchDevice({ ...host, uuid }, [SMALL, LARGE])).toBe(LARGE);
});

test('a bus id matches with a domain of four digits', () => {
  expect(matchDevice({ ...host, totalMiB: 24_200, busId: '0000:a1:00.0' }, [SMALL, LARGE])).toBe(LARGE);
});

test('a bus id does not overrule a uuid that differs: that is a MIG slice, or another card', () => {
  expect(matchDevice({ ...host, uuid: 'MIG-cccc', busId: '00000000:01:00.0' }, [SMALL, LARGE])).toBeNull();
});

test('a MIG slice that the source lists is found by its own uuid', () => {
  const slice = device({ uuid: 'MIG-cccc', totalMiB: 4864 });
  expect(matchDevice({ ...host, uuid: 'MIG-cccc', totalMiB: 4800 }, [SMALL, slice])).toBe(slice);
  expect(matchDevice({ ...host, uuid: 'cccc', totalMiB: 4800 }, [SMALL, slice])).toBe(slice);
});

test('a slice of the only card is not taken for the card', () => {
  expect(matchDevice({ ...host, totalMiB: 4864 }, [device({ totalMiB: 40_960 })])).toBeNull();
});

test('the only card is the one where torch does not say which', () => {
  expect(matchDevice(host, [SMALL])).toBe(SMALL);
  expect(matchDevice({ ...host, totalMiB: null }, [device({ totalMiB: null })])).not.toBeNull();
});

test('of two cards the one with the name is it, unless both have it', () => {
  expect(matchDevice({ ...host, name: 'Large', totalMiB: 24_100 }, [SMALL, LARGE])).toBe(LARGE);
  expect(matchDevice({ ...host, name: 'Small' }, [SMALL, device({ index: 1, name: 'Small' })])).toBeNull();
  expect(matchDevice(host, [SMALL, LARGE])).toBeNull();
});

test('the order of the cards does not matter', () => {
  expect(matchDevice({ ...host, uuid: 'aaaaaaaa-0000' }, [LARGE, SMALL])).toBe(SMALL);
});

test('no device matches none', () => {
  expect(matchDevice(host, [])).toBeNull();
});
