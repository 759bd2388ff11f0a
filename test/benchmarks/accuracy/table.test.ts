import { describe, expect, test } from '@jest/globals';
import { parseTable } from '../../../benchmarks/accuracy/table.ts';

const HEADER = 'op,width,height,batch,hr_width,hr_height,hr_upscaler,active_mib,reserved_mib,need_mib';
const table = (...rows: string[]): string => [HEADER, ...rows].join('\n');

describe('table of measured generations', () => {
  test('the weights are added to all three figures', () => {
    expect(parseTable(table('txt2img,512,768,2,0,0,,100,200,150'), 1000)).toEqual([
      {
        settings: { operation: 'txt2img', width: 512, height: 768, batchSize: 2, hires: null },
        activeMiB: 1100,
        reservedMiB: 1200,
        needMiB: 1150,
        capNeedMiB: null,
        phases: null,
        allocRetries: 0,
      },
    ]);
  });

  test('columns are found by their names, in any order', () => {
    const [row] = parseTable(
      'need_mib,reserved_mib,active_mib,hr_upscaler,hr_height,hr_width,batch,height,width,op\n150,200,100,latent,1024,1024,1,512,512,hires',
      0,
    );
    expect(row).toMatchObject({ needMiB: 150, settings: { operation: 'hires_latent', hires: { width: 1024 } } });
  });

  test('a table of the real allocator tells the peaks of each phase, and leaves out needs that were not looked for', () => {
    const header = `${HEADER},need_phase,cap_need_mib,alloc_retries,sampling_active_mib,sampling_reserved_mib,decode_active_mib,decode_reserved_mib`;
    const [without, known] = parseTable(
      [
        header,
        'txt2img,512,512,1,,,,100,200,,,,0,90,180,100,200',
        'txt2img,512,512,2,,,,100,200,150,decode,140,1,,,100,200',
      ].join('\n'),
      1000,
    );
    expect(without).toMatchObject({ needMiB: null, capNeedMiB: null, allocRetries: 0 });
    expect(without?.phases).toEqual([
      { phase: 'sampling', activePeakMiB: 1090, reservedPeakMiB: 1180 },
      { phase: 'decode', activePeakMiB: 1100, reservedPeakMiB: 1200 },
    ]);
    expect(known).toMatchObject({ needMiB: 1150, capNeedMiB: 1140, allocRetries: 1 });
    expect(known?.phases).toHaveLength(1);
  });

  test.each([
    ['op,width\ntxt2img,512', 'the table lacks the columns height'],
    [HEADER, 'the table has no rows'],
    [table('txt2img,512,512,1,0,0,,100,200,'), 'line 2: need_mib is not a number'],
    [
      table('txt2img,512,512,1,0,0,,100,200,150', 'txt2img,512,512,1,0,0,,-1,200,150'),
      'line 3: active_mib is negative',
    ],
    [table('txt2img,512,512,0,0,0,,100,200,150'), 'line 2: batch is not a whole number of at least 1'],
    [table('hires,512,512,1,0,0,latent,100,200,150'), 'line 2: hr_width is not a whole number of at least 8'],
    [table('inpaint,512,512,1,0,0,,100,200,150'), 'line 2: no such operation: inpaint'],
  ])('what makes no sense is refused by line and column (%#)', (text, message) => {
    expect(() => parseTable(text, 0)).toThrow(message);
  });
});
