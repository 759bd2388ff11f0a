/** What a page may try to get at the extension through its visitor's browser. */
import { PROTOCOL_VERSION } from '../../service/protocol/limits.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';

export interface Attempt {
  opened: boolean;
  heard: string[];
}

const ORDERS = [
  { type: 'hello', protocol: PROTOCOL_VERSION },
  { type: 'runs', requestId: 1 },
  { type: 'benchmark-start', options: { maxSizePx: 256, maxBatchSize: 1, operations: ['txt2img'], budget: 'quick' } },
].map((message) => JSON.stringify(message));

/** Opens a WebSocket from the page; where that works, gives orders and keeps what it hears. */
export function tryWebSocket(page: Page | Frame, url: string): Promise<Attempt> {
  return page.evaluate(
    ([address, orders]) =>
      new Promise<Attempt>((resolve) => {
        const result: Attempt = { opened: false, heard: [] };
        const socket = new WebSocket(address);
        socket.onopen = () => {
          result.opened = true;
          for (const order of orders) socket.send(order);
          setTimeout(() => socket.close(), 1500);
        };
        socket.onmessage = (event) => result.heard.push(String(event.data));
        socket.onclose = () => resolve(result);
      }),
    [url, ORDERS] as const,
  );
}

/** All that a page can send without a WebSocket; resolves with what it could read of the answers. */
export function tryRequests(page: Page, url: string): Promise<string[]> {
  return page.evaluate(
    async ([address, orders]) => {
      const read: string[] = [];
      const body = orders.join('\n');
      const asked = [
        ...['GET', 'POST'].map((method) => ({ method, mode: 'no-cors' as const })),
        ...['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) => ({ method, mode: 'cors' as const })),
      ];
      for (const { method, mode } of asked) {
        try {
          const answer = await fetch(address, {
            method,
            mode,
            credentials: 'include',
            ...(method === 'GET' ? {} : { body }),
          });
          const text = await answer.text();
          if (text !== '') read.push(`${mode} ${method}: ${text}`);
        } catch {
          // Refused: as it should be.
        }
      }
      navigator.sendBeacon(address, body);
      const loaded = (element: HTMLElement) => {
        const done = new Promise((resolve) => {
          element.onload = () => resolve(null);
          element.onerror = () => resolve(null);
          setTimeout(() => resolve(null), 1500);
        });
        document.body.append(element);
        return done;
      };
      const image = document.createElement('img');
      image.src = address;
      const script = document.createElement('script');
      script.src = address;
      const frame = document.createElement('iframe');
      frame.name = 'target';
      frame.src = address;
      await Promise.all([loaded(image), loaded(script), loaded(frame)]);
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        const form = document.createElement('form');
        Object.assign(form, { method: 'POST', action: address, target: 'target', enctype });
        const field = document.createElement('input');
        Object.assign(field, { name: orders[2], value: 'x' });
        form.append(field);
        document.body.append(form);
        form.submit();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return read;
    },
    [url, ORDERS] as const,
  );
}

/** A site of its own on this machine: every path is an empty page. */
export async function openOtherSite(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>another site</title><body>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
