/** What every part of the test needs. */
import type { Browser } from 'playwright-core';
import type { ViewerClient } from '../../tools/viewer-client.ts';
import type { Checks } from './checks.ts';
import type { LivePage } from './page/browser.ts';
import type { Workspace } from './workspace.ts';

export interface Context {
  browser: Browser;
  checks: Checks;
  workspace: Workspace;
  url: string;
  /** In the light theme; the person's page throughout. */
  live: LivePage;
  /** A second page without a browser: asks for the table of runs. */
  viewer: ViewerClient;
  screenshotsDir: string;
  say: (text: string) => void;
}
