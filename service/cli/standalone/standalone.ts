import type { IncomingMessage } from 'node:http';
import type { Express, Response } from 'express';
import type { FormAnswer } from '../../protocol/form-answer.ts';
import type { Role } from '../../server/gate.ts';
import { LANGUAGES, pageScriptOf } from '../../words/languages.ts';

/** By their paths in javascript/. The page has a tag for each: its policy lets no script add another. */
const PAGE_SCRIPTS = [...LANGUAGES.map(pageScriptOf), 'plots/uplot.js', 'standalone/standalone.js'];

/** What the page's forms ask for, each at an address of its own. */
export const FORMS = ['estimate', 'compare'] as const;
export type FormName = (typeof FORMS)[number];

/** What the page says. */
export interface OwnPage {
  readonly html: () => string;
  readonly answer: (form: FormName, query: URLSearchParams) => Promise<FormAnswer>;
}

const COOKIE = 'headroom-token';

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
export function standalone(
  token: string,
  folder: string,
  pageScript: (name: string) => string | null,
  { html, answer }: OwnPage,
): Standalone {
  const path = `/${folder}/`;
  const addRoutes = (app: Express): void => {
    // The address that is printed: the token goes out of the address bar and the history at once.
    app.get('/', (_request, response) => {
      response
        .set({ ...HEADERS, 'Set-Cookie': `${COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=${path}` })
        .redirect(303, path);
    });
    app.get(path, (_request, response) => send(response, 'html', html()));
    for (const name of PAGE_SCRIPTS)
      app.get(`${path}${name}`, (_request, response) => send(response, 'js', pageScript(name)));
    for (const form of FORMS)
      app.get(`${path}${form}`, async (request, response) => {
        send(response, 'json', JSON.stringify(await answer(form, queryOf(request))));
      });
  };
  return { roles: { [`${path}headroom/ws`]: 'viewer' }, addRoutes };
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
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
  return cookieOf(request.headers.cookie) ?? queryOf(request).get('token');
}

function cookieOf(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value !== undefined) return value;
  }
  return null;
}
