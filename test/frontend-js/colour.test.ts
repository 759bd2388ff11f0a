import { describe, expect, test } from '@jest/globals';
import { contrast, isDark, paletteFor, parseColour } from '../../frontend-js/colour.ts';
import type { Rgba } from '../../frontend-js/colour.ts';

const BLACK: Rgba = [16, 16, 16, 1];
const WHITE: Rgba = [255, 255, 255, 1];
const DARK_TEXT: Rgba = [31, 41, 55, 1];
const LIGHT_TEXT: Rgba = [224, 224, 224, 1];

describe('a colour', () => {
  test.each<[string, Rgba | null]>([
    ['rgb(1, 2, 3)', [1, 2, 3, 1]],
    ['rgba(1, 2, 3, 0.5)', [1, 2, 3, 0.5]],
    ['rgba(0, 0, 0, 0)', [0, 0, 0, 0]],
    ['color(srgb 1 0 0)', null],
    ['', null],
    ['rgb(1, 2)', null],
  ])('%p is read as %p', (text, expected) => {
    expect(parseColour(text)).toEqual(expected);
  });

  test('stands apart from its opposite as far as can be, and from itself not at all', () => {
    expect(contrast([0, 0, 0, 1], WHITE)).toBeCloseTo(21);
    expect(contrast(WHITE, WHITE)).toBe(1);
    expect([isDark(BLACK), isDark(WHITE)]).toEqual([true, false]);
  });
});

describe('the palette', () => {
  test.each<[string, Parameters<typeof paletteFor>, ReturnType<typeof paletteFor>]>([
    ['A1111, light', [WHITE, DARK_TEXT, [WHITE, [249, 250, 251, 1]]], { page: 'light', colours: 'page' }],
    ['A1111, dark', [[11, 15, 25, 1], LIGHT_TEXT, [[31, 41, 55, 1]]], { page: 'dark', colours: 'page' }],
    ["a dark page that has no colours of Gradio's", [BLACK, null, []], { page: 'dark', colours: 'own' }],
    [
      "a dark page with Gradio's light colours, as SD.Next's Modern UI",
      [BLACK, DARK_TEXT, [WHITE]],
      { page: 'dark', colours: 'own' },
    ],
    ['light fields on a dark page', [BLACK, LIGHT_TEXT, [WHITE]], { page: 'dark', colours: 'own' }],
    ['text that hardly differs from its ground', [WHITE, [200, 200, 200, 1], []], { page: 'light', colours: 'own' }],
  ])('of %s', (_name, given, expected) => {
    expect(paletteFor(...given)).toEqual(expected);
  });
});
