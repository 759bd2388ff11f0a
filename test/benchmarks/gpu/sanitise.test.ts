import { describe, expect, test } from '@jest/globals';
import { createSanitiser } from '../../../benchmarks/gpu/sanitise.ts';

const UUID = 'GPU-8f2c1d3e-1a2b-4c3d-9e8f-0123456789ab';

describe('what is published of nvidia-smi', () => {
  test('a UUID is replaced by the same one everywhere, and figures stay as they are', () => {
    const sanitise = createSanitiser();
    const row = (uuid: string) => `0, ${uuid}, 00000000:01:00.0, NVIDIA GeForce RTX 3090, 1234, 24576\n`;
    const replaced = row('GPU-00000000-0000-4000-8000-000000000001');
    expect(sanitise(row(UUID))).toBe(replaced);
    expect(sanitise(row(UUID))).toBe(replaced);
    expect(sanitise(row(UUID.replace('8f', '9f')))).toBe(row('GPU-00000000-0000-4000-8000-000000000002'));
  });

  test('processes lose their pid and their folder, and keep their name, commas included', () => {
    const text = `pid, process_name, used_gpu_memory [MiB], gpu_uuid\n4242, /home/anna/venv/bin/python3, 3082, ${UUID}\n4243, C:\\Users\\Anna\\app, v2.exe, [N/A], ${UUID}\n4244, [Insufficient Permissions], 5, ${UUID}\n`;
    const uuid = 'GPU-00000000-0000-4000-8000-000000000001';
    expect(createSanitiser()(text)).toBe(
      `pid, process_name, used_gpu_memory [MiB], gpu_uuid\n1001, /usr/bin/python3, 3082, ${uuid}\n1002, C:\\app, v2.exe, [N/A], ${uuid}\n1003, [Insufficient Permissions], 5, ${uuid}\n`,
    );
  });

  test('an error text stays verbatim', () => {
    const text = 'Field "no.such.field" is not a valid field to query.\n\n';
    expect(createSanitiser()(text)).toBe(text);
  });
});
