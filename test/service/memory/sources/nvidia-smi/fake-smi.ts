import type { Clock } from '../../../../../service/base/clock.ts';
import type { CommandEnd, CommandRunner } from '../../../../../service/memory/sources/command.ts';

export type Mode =
  'well' | 'hang' | 'unkillable' | 'loop-degrades' | 'loop-ends' | 'lost' | 'second-lost' | 'no-driver' | 'not-started';

/** An nvidia-smi inside the test: what it is asked, how it answers, how many of it live at a time. */
export interface FakeSmi {
  mode: Mode;
  usedMiB: number;
  /** Until the first line of a call that succeeds; failures come at once. */
  slowMs: number;
  cards: number;
  unknownFields: string[];
  hangsOnProcesses: boolean;
  /** What `-q -d PIDS` prints; null: it knows no such option, as tools of this name of others. */
  processTypes: string | null;
  /** Cards, by their number, of which it tells no memory figures. */
  blindOn: number[];
  readonly calls: string[];
  readonly signals: string[];
  living: number;
  mostLiving: number;
  readonly runCommand: CommandRunner;
  /** Those that hang come back to life: they answer, or die of the signal that they got. */
  release(): void;
}

const LOST =
  'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost. Reboot the system to recover this GPU\n';
const NO_DRIVER = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n";
const APPS =
  'pid, process_name, used_gpu_memory [MiB], gpu_uuid\n42, /opt/a, b/python, 900, GPU-0\n43, other, [N/A], GPU-1\n';

export function createFakeSmi(clock: Clock): FakeSmi {
  let stuck: (() => void)[] = [];
  const fake: FakeSmi = {
    mode: 'well',
    usedMiB: 500,
    slowMs: 0,
    cards: 1,
    unknownFields: [],
    hangsOnProcesses: false,
    processTypes: null,
    blindOn: [],
    calls: [],
    signals: [],
    living: 0,
    mostLiving: 0,
    release() {
      const released = stuck;
      stuck = [];
      for (const go of released) go();
    },
    runCommand(_file, args, onText) {
      fake.calls.push(args.join(' '));
      fake.living += 1;
      fake.mostLiving = Math.max(fake.mostLiving, fake.living);
      const fields = /=(\S*)/.exec(args[0] ?? '')?.[1]?.split(',') ?? [];
      const loopMs = args.includes('-lms') ? Number(args[args.indexOf('-lms') + 1]) : null;
      let killed = false;
      let gone = false;
      let turn = 0;
      let resolveEnd: (end: CommandEnd) => void = () => undefined;
      const ended = new Promise<CommandEnd>((resolve) => {
        resolveEnd = resolve;
      });
      const end = (exitCode: number | null) => {
        if (gone) return;
        gone = true;
        fake.living -= 1;
        resolveEnd({ exitCode, startError: exitCode === null && fake.mode === 'not-started' ? 'other' : null });
      };
      const print = (text: string) => onText(text, 'stdout');
      const fail = (text: string, exitCode: number) => {
        print(text);
        end(exitCode);
      };
      const unknown = fields.find((field) => fake.unknownFields.includes(field));
      const go = () => {
        if (gone) return;
        const processes = args[0]?.startsWith('--query-compute-apps') === true;
        if (fake.mode === 'hang' || fake.mode === 'unkillable' || (processes && fake.hangsOnProcesses)) {
          stuck.push(go);
          return;
        }
        if (killed || fake.mode === 'not-started') return end(null);
        if (fake.mode === 'no-driver') return fail(NO_DRIVER, 9);
        if (fake.mode === 'lost') return fail(LOST, 15);
        if (processes) return fail(APPS, 0);
        if (args[0] === '-q')
          return fake.processTypes === null
            ? fail("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.\n", 6)
            : fail(fake.processTypes, 0);
        if (unknown !== undefined) return fail(`Field "${unknown}" is not a valid field to query.\n`, 2);
        if (turn === 0) print(`${fields.join(', ')}\n`);
        for (let index = 0; index < fake.cards; index += 1) print(row(fake, fields, index, turn));
        turn += 1;
        if (loopMs === null || fake.mode === 'loop-ends') return end(0);
        clock.setTimeout(go, loopMs);
      };
      clock.setTimeout(go, 10 + (fake.mode === 'well' && unknown === undefined ? fake.slowMs : 0));
      return {
        ended,
        kill(signal) {
          fake.signals.push(signal);
          killed = true;
          if (fake.mode === 'unkillable' || (fake.mode === 'hang' && signal === 'SIGTERM')) return;
          clock.setTimeout(() => end(null), 1);
        },
      };
    },
  };
  return fake;
}

function row(fake: FakeSmi, fields: readonly string[], index: number, turn: number): string {
  if (fake.mode === 'second-lost' && index === 1) return LOST.replace('01:', '02:');
  const blind = fake.blindOn.includes(index);
  const degraded = fake.mode === 'loop-degrades' && turn > 0;
  const cells: Record<string, string> = {
    index: String(index),
    uuid: `GPU-${index}`,
    'pci.bus_id': `00000000:0${index + 1}:00.0`,
    name: 'Test card',
    'memory.used': blind ? '[N/A]' : degraded ? '[Unknown Error]' : String(fake.usedMiB),
    'memory.total': blind ? '[N/A]' : '8192',
    'memory.reserved': blind ? '[N/A]' : '200',
    driver_version: '560.10',
    'mig.mode.current': '[N/A]',
  };
  return `${fields.map((field) => cells[field] ?? '').join(', ')}\n`;
}
