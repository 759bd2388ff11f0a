import { describe, expect, test } from '@jest/globals';
import { OptionDesk } from '../../frontend-js/option-desk.ts';
import type { ViewerMessage } from '../../service/protocol/viewer.ts';

function setUp(connected = true) {
  const sent: ViewerMessage[] = [];
  const shown: unknown[] = [];
  const desk = new OptionDesk({
    send: (message) => {
      sent.push(message);
      return connected;
    },
    show: (...what) => {
      shown.push(what);
      return Promise.resolve();
    },
  });
  return { sent, shown, desk };
}

describe('an option', () => {
  test('that is set is shown on the page, and what stood there is told', async () => {
    const { sent, shown, desk } = setUp();
    const set = desk.set('show_progress_type', 'Approx NN');
    expect(sent).toEqual([
      { type: 'set-option', requestId: 1, name: 'show_progress_type', value: 'Approx NN', expected: null },
    ]);
    desk.accept({ type: 'option-set', requestId: 1, result: { ok: true, was: 'Full' } });
    expect(await set).toEqual({ ok: true, was: 'Full' });
    expect(shown).toEqual([['show_progress_type', 'Approx NN']]);
  });

  test('that is refused is not shown', async () => {
    const { shown, desk } = setUp();
    const set = desk.set('batch_cond_uncond', true, false);
    desk.accept({ type: 'option-set', requestId: 1, result: { ok: false, reason: 'changed' } });
    expect([await set, shown]).toEqual([{ ok: false, reason: 'changed' }, []]);
  });

  test('is answered for by its own answer alone', async () => {
    const { desk } = setUp();
    const [first, second] = [desk.set('fp8_storage', 'Enable'), desk.set('batch_cond_uncond', false)];
    desk.accept({ type: 'option-set', requestId: 2, result: { ok: false, reason: 'busy' } });
    desk.accept({ type: 'option-set', requestId: 1, result: { ok: true, was: 'Disable' } });
    expect([await first, await second]).toEqual([
      { ok: true, was: 'Disable' },
      { ok: false, reason: 'busy' },
    ]);
  });

  test('is not waited for where nobody is there to set it, or the connection broke meanwhile', async () => {
    const nobody = { ok: false, reason: 'no-webui' };
    expect(await setUp(false).desk.set('fp8_storage', 'Enable')).toEqual(nobody);
    const { desk } = setUp();
    const set = desk.set('fp8_storage', 'Enable');
    desk.forget();
    expect(await set).toEqual(nobody);
  });
});
