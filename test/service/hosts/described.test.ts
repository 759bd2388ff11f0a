import { expect, test } from '@jest/globals';
import { describedBy, reportOf, type DescribedSetUp } from '../../../service/hosts/described.ts';
import { abilitiesOf, readReport } from '../../../service/hosts/hosts.ts';

const SET_UP: DescribedSetUp = {
  family: 'sdxl',
  attention: 'xformers',
  vramMode: 'medvram',
  unetBits: 16,
  vaeBits: 32,
  card: { name: 'NVIDIA GeForce RTX 3060', totalMiB: 12_288 },
  webuiVersion: 'v1.9.4',
  torch: '2.1.2+cu121',
};

test('a set-up that is described reports itself as A1111 does, and is described by that report', () => {
  const { environment } = readReport(reportOf(SET_UP));
  expect([environment.webui, abilitiesOf(environment).estimate]).toEqual(['AUTOMATIC1111', true]);
  expect(environment.key).toMatchObject({ family: 'sdxl', attention: 'xformers', vram_mode: 'medvram' });
  expect(describedBy(environment)).toEqual(SET_UP);
});

test('networks that are not known are not described', () => {
  const { environment } = readReport(reportOf({ ...SET_UP, attention: 'sdp-no-mem' }));
  expect(describedBy(environment)).toBeNull();
});

test('what is left out is as the current WebUI has it', () => {
  const { environment } = readReport(reportOf({ ...SET_UP, attention: 'None', webuiVersion: null, torch: null }));
  expect(environment).toMatchObject({
    webuiVersion: 'v1.10.1',
    torchVersion: '2.1.2+cu121',
    key: { attention: 'None' },
  });
});
