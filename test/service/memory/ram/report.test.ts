import { describe, expect, test } from '@jest/globals';
import { onLinux, readVirtualMemory } from '../../../../service/memory/ram/machine.ts';
import { ramReport, type RamSituation } from '../../../../service/memory/ram/report.ts';

const MACHINE = {
  totalMiB: 16_384,
  availableMiB: 9_000,
  commitLimitMiB: null,
  committedMiB: null,
  commandForTcmalloc: 'sudo get it',
};
const PROCESS = {
  residentMiB: 4_000,
  allocator: { allocator: 'tcmalloc', library: 'libtcmalloc.so.4' },
  notPreloaded: [],
  allocConf: null,
} as const;
const FINE: RamSituation = {
  machine: MACHINE,
  process: PROCESS,
  allocConf: null,
  checkpointsInRam: 0,
  weightsMiB: 2_034,
};

describe('of RAM', () => {
  test('nothing is found where TCMalloc is loaded and there is room', () => {
    expect(ramReport(FINE)).toMatchObject({ webuiMiB: 4000, allocator: 'tcmalloc', findings: [] });
  });

  test.each<[string, Partial<RamSituation>, unknown]>([
    [
      'the system’s own allocator, with the command that gets another',
      { process: { ...PROCESS, allocator: { allocator: 'system', library: null } } },
      { code: 'no-better-allocator', command: 'sudo get it' },
    ],
    [
      'a library that LD_PRELOAD names in vain',
      {
        process: {
          ...PROCESS,
          allocator: { allocator: 'system', library: null },
          notPreloaded: ['libtcmalloc.so.4'],
        },
      },
      { code: 'not-preloaded', library: 'libtcmalloc.so.4', command: 'sudo get it' },
    ],
    [
      'a library for looking for mistakes',
      { process: { ...PROCESS, allocator: { allocator: 'tcmalloc', library: 'libtcmalloc_debug.so.4' } } },
      { code: 'debug-allocator', library: 'libtcmalloc_debug.so.4', command: 'sudo get it' },
    ],
    [
      'less RAM than a checkpoint takes',
      { machine: { ...MACHINE, availableMiB: 1_500 } },
      { code: 'ram-short', availableMiB: 1500, wantedMiB: 2034 },
    ],
    [
      'a commit limit that is near',
      { machine: { ...MACHINE, commitLimitMiB: 20_000, committedMiB: 19_000 } },
      { code: 'commit-short', committedMiB: 19_000, limitMiB: 20_000, wantedMiB: 2034 },
    ],
    ['checkpoints that are kept', { checkpointsInRam: 2 }, { code: 'checkpoints-in-ram', count: 2 }],
  ])('%s is found', (_what, more, finding) => {
    expect(ramReport({ ...FINE, ...more }).findings).toEqual([finding]);
  });

  test('an allocator that is not known is not blamed', () => {
    expect(ramReport({ ...FINE, process: { ...PROCESS, allocator: null } }).findings).toEqual([]);
    expect(ramReport({ ...FINE, process: null })).toMatchObject({ webuiMiB: null, findings: [] });
  });
});

describe('the machine’s RAM on Linux', () => {
  const files = (overcommit: string): ((path: string) => string) => {
    const texts: Record<string, string> = {
      '/proc/meminfo':
        'MemTotal:       16384000 kB\nMemAvailable:    8192000 kB\nCommitLimit:    12288000 kB\nCommitted_AS:    4096000 kB\n',
      '/proc/sys/vm/overcommit_memory': overcommit,
      '/etc/os-release': 'ID=debian\n',
    };
    return (path) => texts[path] ?? '';
  };

  test('has a commit limit only where the kernel keeps to it', () => {
    expect(onLinux(files('2\n'))).toMatchObject({
      totalMiB: 16_000,
      availableMiB: 8_000,
      commitLimitMiB: 12_000,
      committedMiB: 4_000,
    });
    expect(onLinux(files('0\n'))).toMatchObject({ commitLimitMiB: null, committedMiB: null });
  });
});

test('Windows tells what may be promised and what is left of it', () => {
  expect(readVirtualMemory('20480000 1024000\r\n')).toEqual({ commitLimitMiB: 20_000, committedMiB: 19_000 });
  expect(readVirtualMemory('Get-CimInstance : Access denied\r\n')).toEqual({
    commitLimitMiB: null,
    committedMiB: null,
  });
});
