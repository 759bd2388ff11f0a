import { describe, expect, test } from '@jest/globals';
import { allocatorIn, notPreloaded, variableIn } from '../../../../service/memory/ram/allocator.ts';
import { commandForTcmalloc } from '../../../../service/memory/ram/get-tcmalloc.ts';
import { processInRamReader } from '../../../../service/memory/ram/process.ts';

const line = (file: string): string => `7f3c1a000000-7f3c1a022000 r--p 00000000 08:01 1234  ${file}\n`;
const LIBC = line('/usr/lib/x86_64-linux-gnu/libc.so.6');

describe('the library that hands out RAM', () => {
  test.each([
    ['/usr/lib/x86_64-linux-gnu/libtcmalloc.so.4.5.9', 'tcmalloc'],
    ['/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4', 'tcmalloc'],
    ['/usr/lib/libjemalloc.so.2', 'jemalloc'],
    ['/usr/local/lib/libmimalloc.so.2.1', 'mimalloc'],
  ])('is by %s %s', (file, allocator) => {
    expect(allocatorIn(LIBC + line(file))).toEqual({ allocator, library: file.split('/').at(-1) });
  });

  test('is the C library’s own where no other is there', () => {
    expect(allocatorIn(LIBC)).toEqual({ allocator: 'system', library: null });
    expect(allocatorIn(line('/lib/libc-2.31.so'))).toEqual({ allocator: 'system', library: null });
    expect(allocatorIn(line('/lib/ld-musl-x86_64.so.1'))).toEqual({ allocator: 'system', library: null });
  });

  test('is not known of a process that shows no library', () => {
    expect(allocatorIn('')).toBeNull();
  });
});

test('what LD_PRELOAD names and is not loaded is found; another library’s name is none of it', () => {
  const environ = 'HOME=/root\0LD_PRELOAD=libtcmalloc_minimal.so.4:/usr/lib/libfoo.so\0';
  expect(notPreloaded(environ, LIBC)).toEqual(['libtcmalloc_minimal.so.4']);
  expect(notPreloaded(environ, LIBC + line('/usr/lib/libtcmalloc_minimal.so.4'))).toEqual([]);
  expect(notPreloaded('HOME=/root\0', LIBC)).toEqual([]);
  expect(variableIn('A=1\0PYTORCH_CUDA_ALLOC_CONF=a:b=c\0', 'PYTORCH_CUDA_ALLOC_CONF')).toBe('a:b=c');
});

test.each([
  ['ID=ubuntu\nID_LIKE=debian\n', /apt install .*google-perftools/],
  ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', /apt install/],
  ['ID=fedora\n', /dnf install gperftools-libs/],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', /dnf install/],
  ['ID=manjaro\nID_LIKE=arch\n', /pacman -S gperftools/],
  ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', /zypper install/],
])('a system that says %j gets TCMalloc by its own tool', (osRelease, command) => {
  expect(commandForTcmalloc(osRelease)).toMatch(command);
});

test('of another system no command is made up', () => {
  expect(commandForTcmalloc('ID=nixos\n')).toBeNull();
});

describe('a process in RAM', () => {
  test('is told with its library and how PyTorch’s allocator was set', async () => {
    const files: Record<string, string> = {
      '/proc/7/maps': LIBC,
      '/proc/7/environ': 'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True\0SECRET=x\0',
    };
    const read = processInRamReader(
      () => ({ residentMiB: 4000, usedMiB: 5000, totalMiB: 16_000 }),
      (path) => {
        const text = files[path];
        if (text === undefined) throw new Error('ENOENT');
        return text;
      },
    );
    expect(await read(7)).toEqual({
      residentMiB: 4000,
      allocator: { allocator: 'system', library: null },
      notPreloaded: [],
      allocConf: 'expandable_segments:True',
    });
    expect(await read(8)).toMatchObject({ allocator: null, allocConf: null });
  });

  test('is read as this process runs', async () => {
    if (process.platform !== 'linux') return;
    const read = processInRamReader(() => null);
    expect((await read(process.pid)).allocator?.allocator).toMatch(/system|tcmalloc|jemalloc|mimalloc/);
  });
});
