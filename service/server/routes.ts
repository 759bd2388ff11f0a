import express, { type Express } from 'express';

export interface RouteOptions {
  readonly version: string;
  /** Adds pages. */
  readonly addRoutes?: (app: Express) => void;
}

/** What answers a request that may come in and opens no WebSocket. */
export function createRoutes({ version, addRoutes }: RouteOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', (_request, response) => response.json({ ok: true, version }));
  addRoutes?.(app);
  return app;
}
