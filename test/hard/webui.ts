/** The stand-in WebUI with the extension as the sources stand, seen as processes that can be killed. */
import { openPage, type Page } from '../end_to_end/page.ts';
import { startBuiltStandIn, type BuiltStandIn } from '../browser/stand-in.ts';
import { processesOf } from './processes.ts';

export interface Webui extends BuiltStandIn {
  readonly page: Page;
  /** The pid of the sidecar that lives now; null where none does. */
  readonly sidecarPid: () => number | null;
  /** All processes of this WebUI, itself included, whoever their parent is by now. */
  readonly processes: () => { readonly pid: number; readonly commandLine: string }[];
}

/** Resolves when the page has all that it needs. `dataDir` stays when the WebUI has ended. */
export async function startWebui(args: readonly string[], dataDir?: string): Promise<Webui> {
  const standIn = await startBuiltStandIn(8, args, dataDir);
  // The simulated nvidia-smi has the data folder in its environment, the others in their arguments.
  const processes = () => processesOf(standIn.dataDir);
  try {
    const page = await openPage(standIn.url);
    await page.ready();
    return {
      ...standIn,
      page,
      processes,
      sidecarPid: () => processes().find(({ commandLine }) => commandLine.includes('headroom.mjs'))?.pid ?? null,
      stop: async () => {
        page.close();
        await standIn.stop();
      },
    };
  } catch (error) {
    await standIn.stop();
    throw error;
  }
}

/** SIGKILL; false where the process was gone already. */
export function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
