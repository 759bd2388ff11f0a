import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readReportRow, REPORT_COLUMNS } from '../../../benchmarks/published/report-row.ts';
import { judgeReports } from '../../../benchmarks/published/reports.ts';

const ROW = {
  case: 'x1',
  card_gib: '12 (RTX 3060)',
  model: 'SD1.5',
  width: '512',
  height: '512',
  batch: '1',
  hires: 'no',
  attention: 'Doggettx',
  flags: 'no flags',
  reported_event: 'succeeds',
  quote_of_figures: '',
};
type Row = Partial<Record<(typeof REPORT_COLUMNS)[number], string>>;

const read = (other: Row) => readReportRow({ number: 1, cells: { ...ROW, ...other } });
const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
const judge = (...rows: Row[]) =>
  judgeReports(
    [
      REPORT_COLUMNS.join(','),
      ...rows.map((row) => REPORT_COLUMNS.map((column) => quoted({ ...ROW, ...row }[column])).join(',')),
    ].join('\n'),
  );

describe('a report, read from its row', () => {
  test.each([
    ['succeeds', 'ran'],
    ['slightly above 512x512 is the most', 'ran'],
    ['succeeds; the estimator said 120.08 %', 'ran'],
    ['OOM in hires pass', 'failed'],
    ['both passes succeed, OOM in decode', 'failed'],
    ['OOM; a 3060 (12 GB) does 1500x1500', 'failed'],
    ['more than 12 GB in the VAE decode; spills to shared memory', 'spilled'],
  ])('"%s" %s', (reported_event, outcome) => {
    expect(read({ reported_event }).outcome).toEqual({ ok: true, value: outcome });
  });

  test('what neither ran nor failed is not judged, nor a failure in a series of batches', () => {
    expect(read({ reported_event: 'slow' }).outcome).toEqual({ ok: false, reason: 'outcome-not-stated' });
    expect(read({ reported_event: 'OOM', flags: 'batch count 5' }).outcome).toEqual({
      ok: false,
      reason: 'several-batches',
    });
  });

  test.each([
    ['no', { operation: 'txt2img', width: 640, height: 960, hires: null }],
    ['no (img2img)', { operation: 'img2img' }],
    ['x2', { operation: 'hires_latent', hires: { width: 1280, height: 1920 } }],
    ['x2.55 -> 1632x2448', { hires: { width: 1632, height: 2448 } }],
    ['old "Highres. fix", first pass 0x0', { width: 448, height: 640, hires: { width: 640, height: 960 } }],
  ])('hires fix "%s" of 640x960', (hires, settings) => {
    expect(read({ width: '640', height: '960', hires }).settings).toMatchObject({ ok: true, value: settings });
  });

  test.each([{ width: '>1000' }, { height: '' }, { hires: '> x2 (up to x2.6)' }, { hires: '-> above 1500x1500' }])(
    'with %j it has no size',
    (other) => {
      expect(read(other).settings).toEqual({ ok: false, reason: 'no-size' });
    },
  );

  test('flags tell where weights lie and how wide they are', () => {
    const setUp = (flags: string) => {
      const { setUps } = read({ flags });
      return setUps.ok ? setUps.value : [];
    };
    expect(setUp('--lowvram --no-half')).toMatchObject([{ vramMode: 'lowvram', unetBits: 32, vaeBits: 32 }]);
    expect(setUp('--medvram --no-half-vae')).toMatchObject([{ vramMode: 'medvram', unetBits: 16, vaeBits: 32 }]);
  });

  test('what is not told is open: the family, the attention, the width of the autoencoder', () => {
    const { setUps } = read({ model: 'not stated', attention: 'unknown', flags: '' });
    expect(setUps.ok && setUps.value).toHaveLength(2 * 3 * 2);
    expect(setUps.ok && setUps.value[0]).toMatchObject({ family: 'sd1', attention: 'Doggettx', vaeBits: 16 });
  });

  test.each([
    [{ card_gib: 'not stated' }, 'card-not-stated'],
    [{ card_gib: '11.98 (RX 6700 XT, ZLUDA)' }, 'not-nvidia'],
    [{ flags: '--xformers (cudnn.benchmark on)' }, 'cudnn-benchmark'],
    [{ model: 'FLUX.1 dev' }, 'other-networks'],
  ])('with %j the product does not speak of it: %s', (other, reason) => {
    expect(read(other).setUps).toEqual({ ok: false, reason });
  });
});

describe('reports against the verdicts with no run', () => {
  test('a small picture on a large card ran, as is said; a huge one did not', () => {
    const { judged } = judge(
      {},
      { width: '4096', height: '4096', attention: 'sdp', reported_event: 'OOM' },
      { width: '4096', height: '4096', attention: 'sdp' },
      { reported_event: 'OOM' },
    );
    expect(judged.map((one) => [one.answer.verdict, one.judged])).toEqual([
      ['fits', 'right'],
      ['will-not-fit', 'right'],
      ['will-not-fit', 'wrong'],
      ['fits', 'wrong'],
    ]);
  });

  test('where set-ups that may be meant have different verdicts it is tight', () => {
    const edge = { width: '1024', height: '1024', card_gib: '6', model: 'not stated' };
    expect(judge({ ...edge, model: 'SD1.5' }).judged[0]?.judged).toBe('right');
    expect(judge(edge).judged[0]?.judged).toBe('tight');
  });

  test('an error that says that more was free than was asked for is of something else', () => {
    const quote_of_figures =
      'Tried to allocate 512.00 MiB (GPU 0; 12.00 GiB total capacity; 2.56 GiB already allocated; 7.20 GiB free; 2.59 GiB reserved in total by PyTorch)';
    const { leftOut, allocations } = judge({ reported_event: 'OOM', attention: 'none', quote_of_figures });
    expect(leftOut).toEqual([{ row: 'x1', reason: 'more-was-free' }]);
    expect(allocations).toMatchObject([
      { triedMiB: 512, tensor: { layer: 'self-attention scores', phase: 'sampling', certain: true } },
    ]);
  });

  test('Doggettx before 1.6 is known to adapt, and how is not', () => {
    expect(judge({ attention: 'Doggettx (v1.3.0 default)' }).leftOut).toEqual([{ row: 'x1', reason: 'adapts' }]);
  });

  test('a table without its columns is told', () => {
    expect(() => judgeReports('case,model\nx1,SD1.5')).toThrow('the table lacks the columns card_gib, width');
  });

  test('of the copy in the repository none is wrong', () => {
    const all = judgeReports(
      readFileSync(join(import.meta.dirname, '../../../benchmarks/data/published/oom-reports.csv'), 'utf8'),
    );
    expect(all.judged.length + all.leftOut.length).toBe(all.rows);
    expect(all.judged.length).toBeGreaterThanOrEqual(9);
    expect(all.judged.filter((one) => one.judged === 'wrong')).toEqual([]);
    expect(all.allocations.find(({ name }) => name === 'c01')?.tensor).toMatchObject({
      layer: 'self-attention scores',
      phase: 'hires_sampling',
    });
  });
});

test('of a failure the cause and what is advised first are told, and whether what helped there is among it', () => {
  const file = join(import.meta.dirname, '../../../benchmarks/data/published/oom-reports.csv');
  const { advised } = judgeReports(readFileSync(file, 'utf8'));
  const of = (name: string) => advised.find((one) => one.name === name);
  expect(of('c01')).toMatchObject({ cause: 'plain-size', helped: null });
  expect(of('c25')).toMatchObject({ cause: 'commit-limit' });
  expect(of('c19')).toMatchObject({ cause: null, helped: 'named', named: expect.arrayContaining(['half-vae']) });
  expect(advised.every(({ first }) => first === null || first.length > 0)).toBe(true);
});
