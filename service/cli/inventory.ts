/** What machine this is: for the doctor's report, never for figures. */
import type { Clock } from '../base/clock.ts';
import { BYTES_PER_MIB } from '../base/units.ts';

export interface Inventory {
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly ramMiB: number;
  /** Null where it was not asked for. */
  readonly graphics: readonly { readonly name: string; readonly vramMiB: number | null }[] | null;
}

/** The part of systeminformation that is asked. */
export interface SystemInformation {
  osInfo(): Promise<{ distro: string; release: string; arch: string }>;
  cpu(): Promise<{ manufacturer: string; brand: string; cores: number }>;
  mem(): Promise<{ total: number }>;
  graphics(): Promise<{ controllers: { vendor: string; model: string; vram: number | null }[] }>;
}

export interface InventoryOptions {
  readonly clock: Clock;
  readonly load: () => Promise<SystemInformation>;
  readonly limitMs: number;
  /**
   * Names of cards for people without nvidia-smi. Where there is one it must not be asked: systeminformation calls
   * nvidia-smi synchronously, and one that hangs would stop this process for good.
   */
  readonly withGraphics: boolean;
}

/** Null where the machine does not tell within `limitMs`. */
export async function readInventory({
  clock,
  load,
  limitMs,
  withGraphics,
}: InventoryOptions): Promise<Inventory | null> {
  let timer: { clear(): void } | null = null;
  const late = new Promise<null>((resolve) => {
    timer = clock.setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([gather(await load(), withGraphics), late]);
  } catch {
    // A tool that systeminformation calls is missing or refuses: there is nothing to tell then.
    return null;
  } finally {
    (timer as { clear(): void } | null)?.clear();
  }
}

async function gather(system: SystemInformation, withGraphics: boolean): Promise<Inventory> {
  const [os, cpu, mem, graphics] = await Promise.all([
    system.osInfo(),
    system.cpu(),
    system.mem(),
    withGraphics ? system.graphics() : null,
  ]);
  return {
    os: `${os.distro} ${os.release} ${os.arch}`.trim(),
    cpu: `${cpu.manufacturer} ${cpu.brand}`.trim(),
    cores: cpu.cores,
    ramMiB: Math.round(mem.total / BYTES_PER_MIB),
    graphics:
      graphics?.controllers.map(({ vendor, model, vram }) => ({
        name: `${vendor} ${model}`.trim(),
        vramMiB: vram !== null && vram > 0 ? vram : null,
      })) ?? null,
  };
}

/** Loaded only when asked for: it is large. Its index would load twice as much, of disks, networks and radios. */
export async function loadSystemInformation(): Promise<SystemInformation> {
  const [{ osInfo }, { cpu }, { mem }, { graphics }, util] = await Promise.all([
    import('systeminformation/lib/osinfo.js'),
    import('systeminformation/lib/cpu.js'),
    import('systeminformation/lib/memory.js'),
    import('systeminformation/lib/graphics.js'),
    import('systeminformation/lib/util.js'),
  ]);
  // As its index does, before anything is asked.
  if (process.platform === 'win32') {
    util.getCodepage();
    util.getPowershell();
  }
  return { osInfo, cpu, mem, graphics };
}
