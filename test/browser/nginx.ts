/** An nginx in front of WebUIs, on loopback ports of its own, from a folder that goes with it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at } from '../../service/base/at.ts';
import { freePorts } from '../../tools/free-ports.ts';

export interface Server {
  /** What stands inside `server { ... }` besides its port and certificate. */
  readonly lines: string;
  readonly tls: boolean;
}

export interface Nginx {
  /** By the name of the server. */
  readonly ports: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

interface Programs {
  readonly nginx: string;
  readonly openssl: string;
}

const WEB_SOCKETS =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';

/** A location that passes everything on; `headers` are further `proxy_set_header` lines. */
export function passOn(location: string, upstream: string, headers: string): string {
  return `location ${location} { proxy_pass ${upstream}; ${WEB_SOCKETS} ${headers} }`;
}

export async function startNginx(
  { nginx, openssl }: Programs,
  servers: Readonly<Record<string, Server>>,
): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-nginx-'));
  const file = (name: string): string => join(folder, name);
  const certificate = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=webui.example',
    '-keyout',
    file('key.pem'),
    '-out',
    file('cert.pem'),
  ];
  const made = spawnSync(openssl, certificate, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`no certificate could be made: ${made.stderr}`);
  const names = Object.keys(servers);
  const free = await freePorts(names.length);
  const ports: Record<string, number> = Object.fromEntries(names.map((name, i) => [name, at(free, i)]));
  const blocks = Object.entries(servers).map(([name, { lines, tls }]) => {
    const certificateLines = tls ? `ssl_certificate ${file('cert.pem')}; ssl_certificate_key ${file('key.pem')};` : '';
    return `server { listen 127.0.0.1:${ports[name]}${tls ? ' ssl' : ''}; server_name _; ${certificateLines} ${lines} }`;
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${file(kind)};`,
  );
  writeFileSync(
    file('nginx.conf'),
    `daemon off; worker_processes 1; pid ${file('pid')}; error_log ${file('error.log')};
     events { worker_connections 256; }
     http { access_log off; ${temporary.join(' ')} map $http_upgrade $connection_upgrade { default upgrade; '' close; } ${blocks.join('\n')} }`,
  );
  const child = spawn(nginx, ['-p', folder, '-e', file('error.log'), '-c', file('nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of Object.values(ports)) await answers(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports, stop };
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nginx does not listen on ${port}`);
}
