import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { groupOf, judgeFigures, summaryOf } from '../../../benchmarks/published/figures.ts';

const HEADER = 'source,model,op,width,height,batch,precision,attention,metric,value,unit,gpu,note';
const judge = (...rows: string[]) => judgeFigures([HEADER, ...rows].join('\n'));

describe('published figures against what is said with no run', () => {
  test('a figure of the whole device is compared only where another run tells what else was on it', () => {
    const run = (batch: number, metric: string, mib: number): string =>
      `a person,SD1.5,txt2img,512,512,${batch},,Doggettx,${metric},${mib},MiB,total 12288 MiB,webui result line`;
    const alone = judge(run(1, 'reserved_peak', 3700), run(1, 'sys_peak', 4700));
    expect(alone.leftOut).toEqual([{ row: 2, reason: 'others-not-told' }]);
    const twice = judge(run(1, 'reserved_peak', 3700), run(1, 'sys_peak', 4700), run(2, 'sys_peak', 6300));
    const [reserved, device] = [twice.judged[0], twice.judged.at(-1)];
    expect(device?.row).toBe(3);
    // A thousand beside the second picture's own.
    expect((device?.said.valueMiB ?? 0) - (reserved?.said.valueMiB ?? 0)).toBeGreaterThan(1000);
  });

  test('attention that slices has the room that others left at that moment', () => {
    const rows = (othersMiB: number): string[] => [
      `a person,SD1.5,txt2img,512,512,2,,Doggettx,active_peak,3236,MiB,total 6144 MiB,webui result line`,
      `a person,SD1.5,txt2img,512,512,2,,Doggettx,reserved_peak,4178,MiB,total 6144 MiB,webui result line`,
      `a person,SD1.5,txt2img,512,512,2,,Doggettx,sys_peak,${4178 + othersMiB},MiB,total 6144 MiB,webui result line`,
    ];
    expect(judge(...rows(1024)).judged[0]?.error).toBeLessThan(0.005);
    expect(judge(...rows(300)).judged[0]?.said.valueMiB).toBeGreaterThan(4000);
  });

  test('a bad row is left out with its reason, and a bad table is told', () => {
    expect(judge('a person,unstated,txt2img,512,512,1,,,active_peak,3236,MiB,,').leftOut).toEqual([
      { row: 1, reason: 'model-not-stated' },
    ]);
    expect(() => judgeFigures('source,model\na,b')).toThrow('the table lacks the columns op, width');
  });

  test('of nothing there is no share', () => {
    expect(summaryOf([])).toEqual({
      compared: 0,
      errorP50: null,
      errorP90: null,
      underUpper: null,
      overheadMean: null,
    });
  });

  describe('the copy in the repository', () => {
    const all = judgeFigures(
      readFileSync(join(import.meta.dirname, '../../../benchmarks/data/published/figures.csv'), 'utf8'),
    );
    const of = (group: ReturnType<typeof groupOf>) => all.judged.filter(({ figure }) => groupOf(figure) === group);

    test('is compared in two thirds of its rows', () => {
      expect(all.judged.length + all.leftOut.length).toBe(all.rows);
      expect(all.judged.length).toBeGreaterThanOrEqual((2 / 3) * all.rows);
    });

    test("half of the WebUI's figures are met within half a percent", () => {
      expect(of('a1111').length).toBeGreaterThanOrEqual(14);
      expect(summaryOf(of('a1111')).errorP50).toBeLessThan(0.005);
    });

    test('all that autoencoders allocated is met within half a percent', () => {
      const allocated = of('vae').filter(({ figure }) => figure.metric === 'allocated');
      expect(allocated.length).toBeGreaterThanOrEqual(14);
      for (const { error, inside } of allocated) {
        expect(error).toBeLessThan(0.005);
        expect(inside).toBe(true);
      }
    });

    test("three of diffusers' four pipelines are met within half a percent, and all lie inside", () => {
      const errors = of('diffusers').map(({ error }) => error);
      expect(errors.filter((error) => error < 0.005)).toHaveLength(3);
      expect(of('diffusers').every(({ inside }) => inside)).toBe(true);
    });
  });
});
