import type { IncomingMessage } from 'node:http';
import type { Express } from 'express';

const COOKIE = 'headroom-token';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headroom</title>
<style>body { margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark; }</style>
</head>
<body>
<div id="headroom_tab"></div>
<script src="./headroom.js"></script>
</body>
</html>
`;

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

/** The page of `serve --standalone`: the WebUI's tab without a WebUI. */
export function standaloneRoutes(token: string, pageScript: () => string | null): (app: Express) => void {
  return (app) => {
    app.get('/', (request, response) => {
      response.setHeader('Set-Cookie', `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/`);
      response.setHeader('Cache-Control', 'no-store');
      response.setHeader('Referrer-Policy', 'no-referrer');
      // Out of the address bar and the history.
      if (request.query['token'] === undefined) response.type('html').send(PAGE);
      else response.redirect(303, '/');
    });
    app.get('/headroom.js', (_request, response) => {
      const script = pageScript();
      if (script === null) response.sendStatus(404);
      else response.type('js').send(script);
    });
  };
}
