/** What `headroom doctor` finds on this machine. */
import type { Clock } from '../base/clock.ts';
import type { SourceReason } from '../protocol/source.ts';
import type { Holder, RamReport } from '../protocol/holders.ts';
import type { GpuProcess } from '../protocol/viewer.ts';
import { holderOf } from '../memory/holders.ts';
import type { ReadMachineRam } from '../memory/ram/machine.ts';
import type { ReadProcessInRam } from '../memory/ram/process.ts';
import { ramReport } from '../memory/ram/report.ts';
import { createChildSlot } from '../memory/sources/child-slot.ts';
import type { CommandRunner } from '../memory/sources/command.ts';
import { reasonInWords } from '../words/index.ts';
import type { Inventory } from './inventory.ts';
import { callNvidiaSmi } from '../memory/sources/nvidia-smi/call.ts';
import type { CallEnd } from '../memory/sources/nvidia-smi/call.ts';
import { COMPUTE_APPS_ARGS, readComputeApps } from '../memory/sources/nvidia-smi/compute-apps.ts';
import { MANDATORY_FIELDS, probeFields } from '../memory/sources/nvidia-smi/fields.ts';
import type { Fields } from '../memory/sources/nvidia-smi/fields.ts';
import { mergedProcesses, PROCESS_TYPES_ARGS, readProcessTypes } from '../memory/sources/nvidia-smi/process-types.ts';
import { hasFigures } from '../memory/sources/types.ts';
import type { GpuOutput, UnusableRow } from '../memory/sources/nvidia-smi/read-output.ts';
import type { GpuRow } from '../memory/sources/nvidia-smi/rows.ts';
import { withoutPerson, type Person } from './discreet.ts';
import { replayedGpu } from './doctor-replay.ts';
import type { ReplayedGpu } from './doctor-replay.ts';
import type { StoreReport } from './doctor-store.ts';
import { webuiOf, type RunningWebui } from './running-webui.ts';

/** What `headroom doctor --json` prints. `ok` is whether a card's memory can be read. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly reason: SourceReason | null;
  readonly message: string | null;
  readonly headroomVersion: string;
  readonly nodeVersion: string;
  readonly machine: Inventory | null;
  readonly nvidiaSmi: { readonly path: string | null; readonly fields: readonly string[] };
  readonly driverVersion: string | null;
  readonly gpus: readonly ReportedGpu[];
  readonly unusable: readonly UnusableRow[];
  /** Null where the driver does not say. Names without their folders and without the person's name. */
  readonly processes: readonly GpuProcess[] | null;
  /** The same with programs that only draw, what kind of program each is, and what it does on the card. */
  readonly holders: readonly Holder[] | null;
  /** Of this machine, and of the WebUI that Headroom works for now, where there is one. */
  readonly ram: RamReport;
  readonly store: StoreReport;
}

/** `reason`: why its memory cannot be read, null where it can; `message` says it for people. */
interface ReportedGpu extends ReplayedGpu {
  readonly reservedMiB: number | null;
  readonly migMode: string | null;
  readonly reason: 'no-memory-figures' | null;
  readonly message: string | null;
}

export interface DoctorMachine {
  readonly clock: Clock;
  readonly runCommand: CommandRunner;
  readonly findBinary: () => string | null;
  readonly readInventory: (withGraphics: boolean) => Promise<Inventory | null>;
  readonly inspectStore: (dataDir: string) => StoreReport;
  readonly readRam: { readonly machine: ReadMachineRam; readonly process: ReadProcessInRam };
  readonly runningWebuis: () => readonly RunningWebui[];
  readonly readFile: (path: string) => Uint8Array;
  readonly person: Person;
  readonly nodeVersion: string;
  readonly headroomVersion: string;
}

/** A first call may take 1.5 s for each card where nothing keeps the driver loaded. */
const CALL_LIMIT_MS = 15_000;

export async function makeDoctorReport(machine: DoctorMachine, dataDir: string): Promise<DoctorReport> {
  const path = machine.findBinary();
  const inventory = await machine.readInventory(path === null);
  const { fields, processes, all } = path === null ? NOTHING : await askDriver(machine, path);
  const webuiPid = webuiOf(dataDir, machine.runningWebuis());
  const output = fields === 'hung' ? null : (fields?.output ?? null);
  const rows = output?.ok === true ? output.gpus : [];
  const reason = fields === 'hung' ? 'hung' : reasonOf(output);
  const store = machine.inspectStore(dataDir);
  return {
    ok: reason === null,
    reason,
    message: reason === null ? null : reasonInWords(reason),
    headroomVersion: machine.headroomVersion,
    nodeVersion: machine.nodeVersion,
    machine: inventory,
    nvidiaSmi: {
      path: path === null ? null : withoutPerson(path, machine.person),
      fields:
        output?.ok === true && fields !== null && fields !== 'hung' ? [...MANDATORY_FIELDS, ...fields.supported] : [],
    },
    driverVersion: rows[0]?.driverVersion ?? null,
    gpus: rows.map(reportedGpu),
    unusable: output?.ok === true ? output.unusable : [],
    processes: processes?.map((one) => discreet(one, machine.person)) ?? null,
    holders: all?.map((one) => holderOf(discreet(one, machine.person), webuiPid)) ?? null,
    ram: await ramOf(machine, webuiPid),
    store: { ...store, path: withoutPerson(store.path, machine.person) },
  };
}

/** As behind a slash: a program may call itself by the person's name. */
function discreet(process: GpuProcess, person: Person): GpuProcess {
  return { ...process, name: withoutPerson(`/${process.name}`, person).slice(1) };
}

async function ramOf({ readRam }: DoctorMachine, webuiPid: number | null): Promise<RamReport> {
  const [machine, process] = await Promise.all([
    readRam.machine(),
    webuiPid === null ? null : readRam.process(webuiPid),
  ]);
  return ramReport({
    machine,
    process,
    allocConf: process?.allocConf ?? null,
    checkpointsInRam: 0,
    weightsMiB: null,
  });
}

function reportedGpu(row: GpuRow): ReportedGpu {
  const reason = hasFigures(row) ? null : 'no-memory-figures';
  const message = reason === null ? null : reasonInWords(reason);
  return { ...replayedGpu(row), reservedMiB: row.driverKeptMiB, migMode: row.migMode, reason, message };
}

/** Why no card's memory can be read; null where one's can. */
function reasonOf(output: GpuOutput | null): SourceReason | null {
  if (output === null) return 'driver-missing';
  if (!output.ok) return output.reason;
  return output.gpus.some(hasFigures) ? null : 'no-memory-figures';
}

interface DriverAnswer {
  readonly fields: Fields | 'hung' | null;
  /** Those that compute. */
  readonly processes: readonly GpuProcess[] | null;
  readonly all: readonly GpuProcess[] | null;
}
const NOTHING: DriverAnswer = { fields: null, processes: null, all: null };

/** After a call that hangs no other is made, and the one that hangs is not waited for: it may be there for ever. */
async function askDriver({ clock, runCommand }: DoctorMachine, file: string): Promise<DriverAnswer> {
  const slot = createChildSlot(clock, runCommand);
  const ask = (args: readonly string[]) =>
    new Promise<CallEnd>((resolve) => {
      const onHung = () => resolve({ hung: true });
      callNvidiaSmi({ slot, clock, file, limitMs: CALL_LIMIT_MS, onHung }, args).then(resolve, onHung);
    });
  const fields = await probeFields(ask);
  if ('hung' in fields) return { ...NOTHING, fields: 'hung' };
  if (!fields.output.ok) return { ...NOTHING, fields };
  const apps = await ask(COMPUTE_APPS_ARGS);
  if (apps.hung) return { ...NOTHING, fields };
  const processes = apps.exitCode === 0 ? readComputeApps(apps.text, null) : null;
  // Older drivers, and other vendors' tools of this name, may know no such list.
  const types = await ask(PROCESS_TYPES_ARGS);
  const typed = types.hung || types.exitCode !== 0 ? null : readProcessTypes(types.text);
  return { fields, processes, all: mergedProcesses(processes, typed) };
}
