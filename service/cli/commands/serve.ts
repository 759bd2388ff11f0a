/** `headroom serve`: the sidecar, or with --standalone a page without a WebUI. */
import { readArgs } from '../args.ts';
import { misunderstood } from '../misunderstood.ts';
import type { Verb } from '../verb.ts';
import type { CliWorld } from '../world.ts';

export const VERB: Verb<'serve'> = {
  name: 'serve',
  arguments: [],
  options: { standalone: null, 'data-dir': 'DIR', 'nvidia-smi': 'FILE', 'parent-pid': 'PID', 'webui-id': 'ID' },
  answer: serveCommand,
};

export function serveCommand(args: readonly string[], world: CliWorld): number | Promise<number> {
  const parsed = readArgs(args, VERB.options);
  if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
  const { text, flag } = parsed.value;
  const pid = text('parent-pid');
  if (pid !== null && !/^[1-9]\d{0,9}$/.test(pid)) return misunderstood(VERB.name, { code: 'parent-pid' }, world);
  const webuiId = text('webui-id');
  if (webuiId !== null && !/^[\w-]{1,64}$/.test(webuiId)) return misunderstood(VERB.name, { code: 'webui-id' }, world);
  return world.serve({
    dataDir: text('data-dir') ?? world.defaultDataDir(),
    parentPid: pid === null ? null : Number(pid),
    standalone: flag('standalone'),
    nvidiaSmi: text('nvidia-smi'),
    webuiId,
  });
}
