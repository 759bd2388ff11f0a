/** Spoils a text as pipes, drivers, terminals and mail programs do, one to four times. */
import type { Random } from '../random.ts';

const PIECES = [
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\t',
  ' ',
  ',',
  ', ',
  '"',
  '""',
  '[',
  ']',
  '-',
  '+',
  '.',
  '\uFEFF',
  '\uFFFD',
  '\u2028',
  'é',
  '\uD800',
  '[N/A]',
  '[Not Supported]',
  '[Unknown Error]',
  '[Insufficient Permissions]',
  '[GPU requires reset]',
  'ERR!',
  '[Function Not Found]',
  '[GPU is lost]',
  '0',
  '-1',
  '1e9',
  '1e999',
  '9'.repeat(400),
  '0x10',
  'NaN',
  'Infinity',
  '-0',
  '00',
  '1,5',
  '1.5',
  ' MiB',
  ' MB',
  ' GiB',
  ' %',
  'KiB',
  'index',
  'uuid',
  'name',
  'memory.used [MiB]',
  'memory.total [MiB]',
  'pci.bus_id',
  'GPU-',
  'MIG-',
  '00000000:01:00.0',
  'Enabled',
  'No devices were found',
  'Failed to initialize NVML: Driver/library version mismatch',
  'GPU is lost',
  'NVRM: Xid (PCI:0000:01:00): 79, ',
  'Unable to determine the device handle for GPU 0000:02:00.0: GPU is lost.',
  'GPU3: 0000:04:00.0: Unknown Error',
  '__proto__',
  'constructor',
];

export function mutateText(text: string, others: readonly string[], random: Random): string {
  let mutated = text;
  for (let times = 1 + random.below(4); times > 0; times -= 1) mutated = mutateOnce(mutated, others, random);
  return mutated;
}

function mutateOnce(text: string, others: readonly string[], random: Random): string {
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + random.below(80));
  const insert = (piece: string) => text.slice(0, from) + piece + text.slice(from);
  switch (random.below(11)) {
    case 0:
      return text.slice(0, from);
    case 1:
      return text.slice(0, from) + text.slice(to);
    case 2:
      return insert(random.pick(PIECES));
    case 3:
      return text.slice(0, from) + random.pick(PIECES) + text.slice(to);
    case 4:
      return insert(text.slice(from, to).repeat(1 + random.below(20)));
    case 5:
      return insert(String.fromCharCode(random.below(random.unit() < 0.9 ? 256 : 65_536)));
    case 6: {
      const other = random.pick(others);
      return text.slice(0, from) + other.slice(random.below(other.length + 1));
    }
    case 7: {
      const lines = text.split('\n');
      lines.splice(random.below(lines.length + 1), 0, random.pick(random.pick(others).split('\n')));
      return lines.join('\n');
    }
    case 8: {
      const lines = text.split('\n');
      const [a, b] = [random.below(lines.length), random.below(lines.length)];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
      return lines.join('\n');
    }
    case 9:
      return text.replaceAll(/\d+/g, (digits) => (random.unit() < 0.2 ? random.pick(PIECES) : digits));
    default:
      return text.replaceAll(random.pick(['\n', ',', ' ', '[', '.', ':']), () => random.pick(PIECES));
  }
}
