import type { IncomingMessage } from 'node:http';
import type { Express, Response } from 'express';
import type { Role } from '../server/gate.ts';

/** By their paths in javascript/. The page has a tag for each: its policy lets no script add another. */
const PAGE_SCRIPTS = ['headroom.js', 'plots/uplot.js'] as const;
export type PageScript = (typeof PAGE_SCRIPTS)[number];

const COOKIE = 'headroom-token';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headroom</title>
<style>
body { margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color-scheme: light dark; }
</style>
</head>
<body>
<div id="headroom_tab"></div>
<script src="./plots/uplot.js"></script>
<script src="./headroom.js"></script>
</body>
</html>
`;

/** Nothing is loaded from elsewhere, no text becomes markup, and no other page may show this one in a frame. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
};

export interface Standalone {
  readonly roles: Readonly<Record<string, Role>>;
  readonly addRoutes: (app: Express) => void;
}

/**
 * The page of `serve --standalone`: the WebUI's tab without a WebUI. A browser sends a cookie to every port of a host,
 * so this one holds for `folder` alone, which no other server on this machine knows.
 * @param folder letters and digits at random; no secret on its own.
 */
export function standalone(token: string, folder: string, pageScript: (name: PageScript) => string | null): Standalone {
  const path = `/${folder}/`;
  const addRoutes = (app: Express): void => {
    // The address that is printed: the token goes out of the address bar and the history at once.
    app.get('/', (_request, response) => {
      response
        .set({ ...HEADERS, 'Set-Cookie': `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=${path}` })
        .redirect(303, path);
    });
    app.get(path, (_request, response) => send(response, 'html', PAGE));
    for (const name of PAGE_SCRIPTS)
      app.get(`${path}${name}`, (_request, response) => send(response, 'js', pageScript(name)));
  };
  return { roles: { [`${path}headroom/ws`]: 'viewer' }, addRoutes };
}

function send(response: Response, type: string, text: string | null): void {
  if (text === null) response.sendStatus(404);
  else response.set(HEADERS).type(type).send(text);
}

/** A person's own browser cannot set headers: the address carries the token once, then a cookie does. */
export function tokenOfBrowser(request: IncomingMessage): string | null {
  const { origin, host } = request.headers;
  // The cookie alone must not do for a socket that another site's page opens, nor for any request that it makes.
  if (origin !== undefined && origin !== `http://${host ?? ''}`) return null;
  return cookieOf(request.headers.cookie) ?? new URLSearchParams((request.url ?? '').split('?')[1] ?? '').get('token');
}

function cookieOf(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value !== undefined) return value;
  }
  return null;
}
