/** The stand-in WebUI with the extension as the sources stand now, so that these tests never run an old build. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundlePages, bundlePlots, bundlePrograms, bundleStandalone } from '../../tools/bundle.ts';
import { startStandIn } from '../../tools/stand-in.ts';
import type { StandIn } from '../../tools/stand-in.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What the WebUI sees of a clone, besides what is built. */
const SHIPPED = ['install.py', 'scripts', 'extension'];

/** By path. The sources stay as they are while a file of tests runs: it bundles them once. */
let built: Promise<readonly (readonly [path: string, text: string])[]> | null = null;

async function bundleAll(): Promise<readonly (readonly [path: string, text: string])[]> {
  const [programs, pages, plots, standalone] = await Promise.all([
    bundlePrograms(),
    bundlePages(),
    bundlePlots(),
    bundleStandalone(),
  ]);
  return [
    ...Object.entries(programs).map(([name, text]) => [join('dist', name), text] as const),
    ...Object.entries(pages).map(([path, text]) => [join('javascript', path), text] as const),
    [join('javascript', 'plots', 'uplot.js'), plots],
    [join('javascript', 'standalone', 'standalone.js'), standalone],
  ];
}

/** A folder as the WebUI would clone it; whoever asks removes it. */
export async function buildExtension(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-extension-'));
  for (const name of SHIPPED.filter((shipped) => existsSync(join(ROOT, shipped)))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: (path) => !path.includes('__pycache__') });
  }
  for (const [path, text] of await (built ??= bundleAll())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export interface BuiltStandIn extends StandIn {
  /** One POST to /stand-in/control: turns a knob of the simulated card. */
  control(command: Record<string, unknown>): Promise<void>;
  /** The WebUI's settings as they are in force. */
  options(): Promise<Record<string, unknown>>;
}

export async function startBuiltStandIn(
  cardGb: number,
  args: readonly string[] = [],
  dataDir?: string,
  addOns: readonly string[] = [],
): Promise<BuiltStandIn> {
  const extensionDir = await buildExtension();
  const removeExtension = () => rmSync(extensionDir, { recursive: true, force: true });
  try {
    const standIn = await startStandIn({
      cardGb,
      args,
      addOns,
      extensionDir,
      ...(dataDir === undefined ? {} : { dataDir }),
    });
    return {
      ...standIn,
      control: async (command) => {
        await control(standIn.url, command);
      },
      options: async () => (await control(standIn.url, {})).options,
      stop: async () => {
        await standIn.stop();
        removeExtension();
      },
    };
  } catch (error) {
    removeExtension();
    throw error;
  }
}

/** What the stand-in tells of itself after a command. */
interface Look {
  readonly options: Record<string, unknown>;
}

async function control(url: string, command: Record<string, unknown>): Promise<Look> {
  const answer = await fetch(new URL('/stand-in/control', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(command),
  });
  if (!answer.ok) throw new Error(`the stand-in WebUI refused ${JSON.stringify(command)}: ${await answer.text()}`);
  return (await answer.json()) as Look;
}
