/** A data folder of the test's own, so that the person's settings, models and images are left alone. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundlePages, bundlePlots, bundlePrograms } from '../../tools/bundle.ts';
import { ROOT } from '../../tools/node24.mjs';

/** What of a clone the WebUI and its Python look at; the two bundles are made of the sources as they stand. */
const SHIPPED = ['install.py', 'scripts', 'extension', 'style.css'];
const SOURCES = { recursive: true, filter: (path: string) => !path.includes('__pycache__') };
const PICTURES = /\.(png|jpe?g|webp|avif)$/i;

export const KNOWN_PARAMS =
  'a lighthouse in a storm\nNegative prompt: blurry\nSteps: 4, Sampler: Euler a, Seed: 42, Size: 256x256';

export class Workspace {
  readonly root: string;
  readonly dataDir: string;
  readonly checkpointDir: string;
  readonly scratchDir: string;
  readonly logFile: string;

  constructor(prefix = 'headroom-live-') {
    this.root = mkdtempSync(join(tmpdir(), prefix));
    this.dataDir = join(this.root, 'data');
    this.checkpointDir = join(this.root, 'checkpoints');
    this.scratchDir = join(this.root, 'scratch');
    this.logFile = join(this.root, 'webui.log');
  }

  async fill(): Promise<void> {
    for (const folder of [this.dataDir, this.checkpointDir, this.scratchDir]) mkdirSync(folder, { recursive: true });
    writeFileSync(this.#params, KNOWN_PARAMS);
    await this.#installExtension();
  }

  async #installExtension(): Promise<void> {
    const target = join(this.dataDir, 'extensions', 'sd-webui-headroom');
    for (const folder of ['dist', 'javascript/languages', 'javascript/plots'])
      mkdirSync(join(target, folder), { recursive: true });
    for (const name of SHIPPED) if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(target, name), SOURCES);
    for (const [name, text] of Object.entries(await bundlePrograms())) writeFileSync(join(target, 'dist', name), text);
    for (const [name, text] of Object.entries(await bundlePages()))
      writeFileSync(join(target, 'javascript', name), text);
    writeFileSync(join(target, 'javascript', 'plots', 'uplot.js'), await bundlePlots());
  }

  /** An extension of the test's own, beside Headroom. */
  addExtension(name: string, folder: string): void {
    cpSync(folder, join(this.dataDir, 'extensions', name), SOURCES);
  }

  get #params(): string {
    return join(this.dataDir, 'params.txt');
  }

  params(): string {
    return readFileSync(this.#params, 'utf8');
  }

  /** The WebUI's saved options; null before it has saved any. */
  config(): string | null {
    const path = join(this.dataDir, 'config.json');
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  pictures(): string[] {
    const outputs = join(this.dataDir, 'outputs');
    return existsSync(outputs)
      ? readdirSync(outputs, { recursive: true, encoding: 'utf8' }).filter((name) => PICTURES.test(name))
      : [];
  }

  log(): string {
    return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
