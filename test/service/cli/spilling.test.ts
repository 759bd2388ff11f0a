import { expect, test } from '@jest/globals';
import { driverMaySpill } from '../../../service/cli/spilling.ts';

const absent = (): string => {
  throw new Error('ENOENT');
};

test('the drivers of Windows may spill, and so do they under WSL 2, where the kernel names Microsoft', () => {
  expect(driverMaySpill('win32', absent)).toBe(true);
  expect(
    driverMaySpill('linux', () => 'Linux version 5.15.153.1-microsoft-standard-WSL2 (root@941d701f84f1) (gcc 11.2.0)'),
  ).toBe(true);
  expect(driverMaySpill('linux', () => 'Linux version 4.19.128-Microsoft')).toBe(true);
});

test('those of Linux refuse, and where the kernel does not tell, it is taken for a Linux', () => {
  expect(driverMaySpill('linux', () => 'Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)')).toBe(false);
  expect(driverMaySpill('linux', absent)).toBe(false);
  expect(driverMaySpill('darwin', absent)).toBe(false);
});
