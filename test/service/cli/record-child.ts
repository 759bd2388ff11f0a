/** A program to be recorded: it takes RAM, has a child do so too, and both have a part of the simulated card. */
import { spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const STATE = process.env['HEADROOM_SIM_STATE'];
const [role = 'parent'] = process.argv.slice(2);
const MIB = 2 ** 20;

/** As a program that computes is listed by the driver. */
function takeCard(usedMiB: number): void {
  if (STATE === undefined) return;
  const state = JSON.parse(readFileSync(STATE, 'utf8')) as { cards: [{ processes: { pid: number }[] }] };
  const others = state.cards[0].processes.filter(({ pid }) => pid !== process.pid);
  const own = { pid: process.pid, name: '/usr/bin/node', usedMiB };
  state.cards[0].processes = usedMiB === 0 ? others : [...others, own];
  writeFileSync(`${STATE}.${process.pid}`, JSON.stringify(state));
  renameSync(`${STATE}.${process.pid}`, STATE);
}

const held = Buffer.alloc((role === 'parent' ? 100 : 150) * MIB, 1);
takeCard(role === 'parent' ? 300 : 1200);
if (role === 'parent') {
  process.stdout.write(`${process.argv.length - 2} words\n`);
  const child = spawn(process.execPath, [import.meta.filename, 'child'], { stdio: 'inherit' });
  child.on('exit', () => {
    takeCard(0);
    process.exitCode = held.length === 0 ? 1 : 7;
  });
} else
  setTimeout(() => {
    takeCard(0);
    process.exitCode = held.length === 0 ? 1 : 0;
  }, 4000);
