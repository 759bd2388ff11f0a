/** Colours as computed styles write them, and how far they stand apart (WCAG 2.2). Pure. */

export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Where black and white text are equally legible. */
const MIDDLE_LUMINANCE = 0.179;

/** "rgb(1, 2, 3)" or "rgba(1, 2, 3, 0.5)"; null for any other form. */
export function parseColour(text: string): Rgba | null {
  const numbers =
    /^rgba?\(([\d.,%/\s]*)\)$/
      .exec(text.trim())?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  const [red, green, blue, alpha = 1] = numbers;
  if (red === undefined || green === undefined || blue === undefined || numbers.some(Number.isNaN)) return null;
  return [red, green, blue, alpha];
}

/** From 0, black, to 1. */
function luminance([red, green, blue]: Rgba): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** From 1, no difference, to 21. */
export function contrast(one: Rgba, other: Rgba): number {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05];
  return Math.max(a, b) / Math.min(a, b);
}

export function isDark(colour: Rgba): boolean {
  return luminance(colour) < MIDDLE_LUMINANCE;
}

export interface Palette {
  readonly page: 'dark' | 'light';
  /** `page`: the page's own colours serve; `own`: they are missing or not legible, and theme.css has others. */
  readonly colours: 'page' | 'own';
}

/** Least for text. */
const LEGIBLE = 4.5;

/** @param surfaces what text may lie on besides the page itself: those that the page gives a colour. */
export function paletteFor(behind: Rgba, text: Rgba | null, surfaces: readonly Rgba[]): Palette {
  const dark = isDark(behind);
  const legible = (ground: Rgba): boolean =>
    text !== null && isDark(ground) === dark && contrast(text, ground) >= LEGIBLE;
  const serves = [behind, ...surfaces].every(legible);
  return { page: dark ? 'dark' : 'light', colours: serves ? 'page' : 'own' };
}
