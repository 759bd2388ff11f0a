import { describe, expect, test } from '@jest/globals';
import { defaultDataDir, tellOfSeveral, type Place } from '../../../service/cli/data-dir.ts';

const LINUX: Place = { platform: 'linux', home: '/home/ada', env: {} };
const RUNNING = [{ pid: 7, dataDir: '/webui/headroom' }];

describe('where no --data-dir says where the store is', () => {
  test('it is that of the WebUI that runs', () => {
    expect(defaultDataDir(LINUX, () => RUNNING)).toBe('/webui/headroom');
  });

  test('HEADROOM_DATA_DIR goes before, but not where it is empty', () => {
    const named = (dir: string): Place => ({ ...LINUX, env: { HEADROOM_DATA_DIR: dir } });
    expect([named('/mine'), named('')].map((place) => defaultDataDir(place, () => RUNNING))).toEqual([
      '/mine',
      '/webui/headroom',
    ]);
  });

  test('of several WebUIs the first is taken, and which and how to name another is said once', () => {
    const said: string[] = [];
    const tell = tellOfSeveral((text) => said.push(text));
    const two = [...RUNNING, { pid: 8, dataDir: '/other/headroom' }];
    expect([1, 2].map(() => defaultDataDir(LINUX, () => two, tell))).toEqual(['/webui/headroom', '/webui/headroom']);
    expect(said).toEqual([
      'headroom: several WebUIs run. This is of process 7 (/webui/headroom). ' +
        'For another: --data-dir with the folder of process 8 (/other/headroom).\n',
    ]);
  });

  test('of one WebUI, or two with one store, nothing is said', () => {
    const said: string[] = [];
    const tell = tellOfSeveral((text) => said.push(text));
    defaultDataDir(LINUX, () => RUNNING, tell);
    defaultDataDir(LINUX, () => [...RUNNING, { pid: 8, dataDir: '/webui/headroom/' }], tell);
    expect(said).toEqual([]);
  });

  test("with none running it is the system's usual place", () => {
    const places: Place[] = [
      LINUX,
      { ...LINUX, env: { XDG_DATA_HOME: '/data' } },
      { ...LINUX, platform: 'darwin' },
      { ...LINUX, platform: 'win32', env: { LOCALAPPDATA: '/local' } },
    ];
    expect(places.map((place) => defaultDataDir(place, () => []))).toEqual([
      '/home/ada/.local/share/headroom',
      '/data/headroom',
      '/home/ada/Library/Application Support/headroom',
      '/local/headroom',
    ]);
  });
});
