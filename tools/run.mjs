// @ts-check
/** `node tools/run.mjs FILE [ARGS]`: sets up if need be, then runs FILE with a Node.js new enough for TypeScript. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ensureSetUp } from './setup.mjs';

const node = ensureSetUp();
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, HEADROOM_NODE: node } });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 1 : constants.signals[signal]);
});
