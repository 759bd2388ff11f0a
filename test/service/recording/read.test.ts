import { describe, expect, test } from '@jest/globals';
import { readRecording } from '../../../service/recording/read.ts';
import { jsonLine } from '../../../service/store/json-line.ts';
import { HEADER, end, sample, torchLine } from './examples.ts';

const LINES = [HEADER, sample(0, 500), torchLine(100), end()];
const TEXT = LINES.map(jsonLine).join('');

describe('a recording', () => {
  test('is read back as it was written, in pieces cut anywhere', async () => {
    const read = await readRecording([TEXT.slice(0, 333), TEXT.slice(333, 700), TEXT.slice(700)]);
    expect(read).toMatchObject({
      ok: true,
      value: { header: HEADER, samples: [sample(0, 500)], torch: [torchLine(100)], end: end() },
    });
  });

  test('that was cut within its last line is read without it', async () => {
    expect(await readRecording([TEXT.slice(0, -20)])).toMatchObject({
      ok: true,
      value: { end: null, torch: [torchLine(100)] },
    });
  });

  test.each<[string, string, string]>([
    ['with a line in the middle that is none', `${jsonLine(HEADER)}{"type":"sam\n${jsonLine(end())}`, 'damaged'],
    ['of a later version', jsonLine({ ...HEADER, schemaVersion: 99, more: true }), 'later-version'],
    ['that is an export', jsonLine({ kind: 'headroom-export', version: 1 }), 'no-recording'],
    ['without a header', jsonLine(end()), 'no-recording'],
    ['with nothing in it', '', 'no-recording'],
    ['that is no text of ours', 'GIF89a\u0000\u0001', 'no-recording'],
  ])('%s is refused', async (_what, text, reason) => {
    expect(await readRecording([text])).toEqual({ ok: false, reason });
  });
});
