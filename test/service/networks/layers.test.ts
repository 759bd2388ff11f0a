import { expect, test } from '@jest/globals';
import { HALF, Layers } from '../../../service/networks/layers.ts';
import { TRACED } from '../../../service/program/kernels.ts';
import { mostBytes } from '../../../service/program/program.ts';
import { Tape } from '../../../service/program/tape.ts';

const PIXELS = 100;
const [IN, OUT] = [4, 8];

/** Most bytes that are live in a convolution of 16 bits whose engine copies input, weights and output. */
function mostLive(kernel: 1 | 3): number {
  const tape = new Tape(1);
  const layers = new Layers(tape, { width: HALF, autocast: true }, TRACED);
  layers.convolution(tape.allocate(0, IN, HALF), OUT, { kernel });
  const program = tape.program();
  return mostBytes(program, [PIXELS], 'x+w+y', true);
}

test('the workspace of a convolution copies its weights, but for those of a single pixel, which lie the same in either order', () => {
  const tensors = (IN + OUT) * PIXELS * HALF;
  expect(mostLive(3)).toBe(2 * tensors + IN * OUT * 9 * HALF);
  expect(mostLive(1)).toBe(2 * tensors);
});
