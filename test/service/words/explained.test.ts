import { describe, expect, test } from '@jest/globals';
import { atOnce } from '../../../service/base/steps.ts';
import { explainText } from '../../../service/explain/explain.ts';
import * as de from '../../../service/words/de/index.ts';
import * as en from '../../../service/words/en/index.ts';
import { flagsOf, othersMiBIn } from '../../../service/words/explained.ts';

const OTHERS =
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.00 GiB. GPU 0 has a total capacity of 8.00 GiB of ' +
  'which 512.00 MiB is free. Including non-PyTorch memory, this process has 4.50 GiB memory in use. Of the allocated ' +
  'memory 4.00 GiB is allocated by PyTorch, and 128.00 MiB is reserved by PyTorch but unallocated.';
const SCORES =
  'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 64.00 GiB (GPU 0; 8.00 GiB total capacity; ' +
  '4.88 GiB already allocated; 512.00 MiB free; 5.27 GiB reserved in total by PyTorch)';

function wordsOf(text: string): string[] {
  const found = atOnce(explainText(text, null));
  if (!found.ok) throw new Error(found.reason);
  return [en, de].map(({ explanationInWords }) =>
    explanationInWords(found.value)
      .map(([, words]) => words)
      .join(' '),
  );
}

describe('an explained error', () => {
  test('says what others held, where the text tells of the process itself', () => {
    const [english, german] = wordsOf(OTHERS);
    expect(english).toContain('by others 3.00 GiB');
    expect(english).toContain('Without it there would have been room for what was asked for.');
    expect(german).toContain('von anderen 3,00 GiB');
    expect(wordsOf(SCORES)[0]).not.toContain('by others');
    expect(othersMiBIn({ totalMiB: 8192, freeMiB: 512, processMiB: null })).toBeNull();
  });

  test('that attention asked for all at once names no attention: the one that is on may be among them', () => {
    for (const words of wordsOf(SCORES)) {
      expect(words).toMatch(/Scores|scores/);
      expect(words).not.toMatch(/sdp|xformers|Doggettx/);
    }
  });
});

describe('what helps', () => {
  const lines = (text: string): string[] => {
    const found = atOnce(explainText(text, null));
    if (!found.ok) throw new Error(found.reason);
    return [en, de].map(({ explainedInWords }) =>
      explainedInWords(found.value)
        .map(([head, words]) => `${head}: ${words}`)
        .join('\n'),
    );
  };

  test('has its price in words where the text tells enough, and for what', () => {
    const [english, german] = lines(
      `Launching Web UI with arguments: --no-half-vae\nCreating model from config: /sd/v1-inference.yaml\nSize: 1280x1280, Batch size: 2\n${OTHERS}`,
    );
    expect(english).toMatch(/What helps: Make it smaller: \d+x\d+, batch size 2\. \[saves \S+ GiB \(\S+ to \S+ GiB\)/);
    expect(english).toMatch(/Price: For txt2img 1280x1280, batch size 2; SD 1, Doggettx attention, --no-half-vae\./);
    expect(english).toContain('the one that the WebUI takes by itself');
    expect(german).toMatch(/Preis: Für .*--no-half-vae\./);
  });

  test('else it says what the text would have to tell', () => {
    const [english, german] = lines(SCORES);
    expect(english).toMatch(/Price: Not known: the text does not tell the size/);
    expect(german).toMatch(/Preis: Nicht bekannt: /);
  });

  test('against a lack of RAM or of precision is told to save nothing of the card', () => {
    for (const words of lines('NansException: A tensor with all NaNs was produced in VAE.'))
      expect(words).not.toMatch(/saving|Ersparnis/);
  });

  test('names the flags that move memory', () => {
    expect(flagsOf({ vramMode: 'medvram', unet: 'half', vae: 'float' })).toEqual(['--medvram', '--no-half-vae']);
    expect(flagsOf({ vramMode: 'none', unet: 'float', vae: 'float' })).toEqual(['--no-half']);
  });
});
