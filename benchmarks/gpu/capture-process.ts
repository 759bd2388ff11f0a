/** The process that has PyTorch: benchmarks/gpu/capture.py, which says what it answers. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deviceOf } from '../../service/hosts/device.ts';
import type { HostDevice } from '../../service/protocol/host.ts';
import type { GenerationSettings } from '../../service/protocol/settings.ts';
import type { ReportedDevice } from '../../service/protocol/shim.ts';
import type { Told } from './records.ts';
import { endByStdin, type SidecarProcess } from './sidecar.ts';

export interface Ready {
  readonly marked: string | null;
  readonly device: HostDevice;
  readonly versions: Readonly<Record<string, string | null>>;
  readonly staticMiB: number | null;
  readonly weightsMiB: Readonly<Record<string, number>>;
}

export interface Times {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

export interface CaptureProcess {
  readonly pid: number;
  readonly ready: Ready;
  /** One generation; `extras` keep it out of the sidecar's fit. Rejects where the process ends or refuses. */
  run(settings: GenerationSettings, capMiB: number | null, extras: readonly string[]): Promise<Told>;
  hold(mib: number): Promise<Times>;
  release(): Promise<Times>;
  stop(): Promise<void>;
}

export interface CaptureCommand {
  readonly root: string;
  readonly python: string;
  readonly args: readonly string[];
  readonly log: string;
}

/** As the sidecar's own benchmark asks for it. */
const STEPS = 2;

export async function startCapture(
  { root, python, args, log }: CaptureCommand,
  sidecar: SidecarProcess,
): Promise<CaptureProcess> {
  const child = spawn(python, [join(root, 'benchmarks', 'gpu', 'capture.py'), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const tail: string[] = [];
  child.stderr.on('data', (text: Buffer) => {
    appendFileSync(log, text);
    tail.push(text.toString());
    tail.splice(0, tail.length - 20);
  });
  const waiting = new Map<string, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  let onReady: ((ready: Ready) => void) | null = null;
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const error = new Error(`capture.py ended with ${code}:\n${tail.join('').slice(-2000)}`);
      for (const { reject: refuse } of waiting.values()) refuse(error);
      reject(error);
    });
  });
  ended.catch(() => undefined); // told to those who wait
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as { ready?: true; id?: string; failed?: string };
    if (message.ready === true) {
      const told = message as unknown as Omit<Ready, 'device'> & { readonly device: ReportedDevice };
      onReady?.({ ...told, device: deviceOf(told.device) });
    }
    const asked = waiting.get(message.id ?? '');
    waiting.delete(message.id ?? '');
    if (message.failed === undefined) asked?.resolve(message);
    else asked?.reject(new Error(message.failed));
  });
  child.stdin.on('error', () => undefined); // it shows as the end of the process
  child.stdin.write(`${JSON.stringify({ port: sidecar.port, token: sidecar.token })}\n`);
  const ready = await Promise.race([ended, new Promise<Ready>((resolve) => (onReady = resolve))]);

  function ask<T>(command: Record<string, unknown>): Promise<T> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      if (child.exitCode !== null) return reject(new Error('capture.py has ended'));
      waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    });
  }

  return {
    pid: child.pid ?? 0,
    ready,
    run: (settings, capMiB, extras) => ask({ do: 'run', runId: randomUUID(), settings, capMiB, steps: STEPS, extras }),
    hold: (mib) => ask({ do: 'hold', mib }),
    release: () => ask({ do: 'release' }),
    stop: () => endByStdin(child),
  };
}
