/** An installed WebUI: where it is, its Python, and what that can compute on. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface WebuiInstall {
  dir: string;
  python: string;
}

export type FoundInstall = { ok: true; install: WebuiInstall } | { ok: false; message: string };

/** Does not run anything; `python` null looks for the venv that the WebUI's own start script makes. */
export function findInstall(webuiDir: string, python: string | null): FoundInstall {
  const dir = resolve(webuiDir);
  if (!existsSync(join(dir, 'launch.py')) || !existsSync(join(dir, 'modules'))) {
    return { ok: false, message: `${dir} is not a WebUI: it has no launch.py beside a modules folder` };
  }
  const candidates =
    python !== null
      ? [resolve(python)]
      : [join(dir, 'venv', 'bin', 'python'), join(dir, 'venv', 'Scripts', 'python.exe')];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    return { ok: false, message: `no Python at ${candidates.join(' or ')}; name it with --python` };
  return { ok: true, install: { dir, python: found } };
}

/** Whether its torch sees a card; throws where the environment does not work. */
export function hasCuda({ python, dir }: WebuiInstall): boolean {
  const script = 'import torch; print(torch.cuda.is_available())';
  return execFileSync(python, ['-W', 'ignore', '-c', script], { cwd: dir, encoding: 'utf8' }).trim() === 'True';
}
