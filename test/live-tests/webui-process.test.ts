import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { VENV_PYTHON } from '../../tools/setup.mjs';
import { startWebui } from '../live/webui-process.ts';
import { Workspace } from '../live/workspace.ts';

let dir: string;
let workspace: Workspace;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'headroom-webui-'));
  workspace = new Workspace();
  mkdirSync(workspace.scratchDir, { recursive: true });
});
afterEach(() => {
  workspace.remove();
  rmSync(dir, { recursive: true, force: true });
});

const start = (launch: string, flags: readonly string[] = []) => {
  writeFileSync(join(dir, 'launch.py'), launch);
  return startWebui({
    install: { dir, python: VENV_PYTHON },
    workspace,
    flags,
    limitMs: 20_000,
    onSpawn: () => undefined,
  });
};

const ANSWERS_ONCE = `
import http.server, os, re
port = int(re.search(r'"--port" "(\\d+)"', os.environ["COMMANDLINE_ARGS"]).group(1))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", port), Page).handle_request()
raise SystemExit(3)
`;

test('a WebUI that ends while something of it is waited for is told of at once', async () => {
  const webui = await start(ANSWERS_ONCE);
  await expect(webui.gone).rejects.toThrow('the WebUI ended with 3');
});

const CRASHES_WHEN_ASKED_EARLY = `
import http.server, os, re, sys, time, threading
port = int(re.search(r'"--port" "(\\d+)"', os.environ["COMMANDLINE_ARGS"]).group(1))
ready = False
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if not ready:
            os._exit(4)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        threading.Thread(target=lambda: (time.sleep(0.2), os._exit(0))).start()
server = http.server.HTTPServer(("127.0.0.1", port), Page)
def start_up():
    global ready
    time.sleep(1)
    ready = True
    print("Startup time: 1.0s", flush=True)
threading.Thread(target=start_up).start()
server.serve_forever()
`;

test('with --api nothing is asked of a WebUI before its log says that it has started', async () => {
  const webui = await start(CRASHES_WHEN_ASKED_EARLY, ['--api']);
  await expect(webui.gone).rejects.toThrow('the WebUI ended with 0');
});

test('a WebUI that ends before it answers fails with the end of its log', async () => {
  await expect(start('raise SystemExit("no torch here")')).rejects.toThrow(
    /ended with 1; the end of its log:\s+no torch here/,
  );
});
