/** What pasting leaves in a text, taken out: colours, quote marks, frames, entities, line ends. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&gt;': '>',
  '&lt;': '<',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&nbsp;': ' ',
};

/** Lines stay lines. Of UTF-16 that was read as UTF-8, as PowerShell writes it, what is ASCII is left. */
export function plainText(pasted: string): string {
  return pasted
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/&(?:gt|lt|amp|quot|nbsp|#39|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/[\u001b\u2190]\[[\d;?]{0,16}[A-Za-z]/g, '')
    .replaceAll(/[\u0000\u2500-\u257f\u2771`\ufeff\ufffd]/g, '')
    .replaceAll('**', '')
    .replaceAll(/^(?:[ \t]{0,4}>){1,8}/gm, '');
}

/**
 * Without any white space: terminals and forums break lines anywhere, inside of words and figures too, so only what
 * stands between is compared.
 */
export function squeezed(plain: string): string {
  return plain.replaceAll(/[\s\u200b]+/g, '');
}

/** Where the n-th character that is no white space stands in the plain text. */
export function placeInPlain(plain: string, nth: number): number {
  let seen = 0;
  for (let i = 0; i < plain.length; i += 1) {
    if (isSpace(plain.charAt(i))) continue;
    if (seen === nth) return i;
    seen += 1;
  }
  return plain.length;
}

/** How many characters stand before each of these places, white space left out. `places` ascend. */
export function placesInSqueezed(plain: string, places: readonly number[]): number[] {
  const found: number[] = [];
  let seen = 0;
  let at = 0;
  for (const place of places) {
    for (; at < place; at += 1) if (!isSpace(plain.charAt(at))) seen += 1;
    found.push(seen);
  }
  return found;
}

function isSpace(character: string): boolean {
  return character === '\u200b' || /\s/.test(character);
}
