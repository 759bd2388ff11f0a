import { createHash, timingSafeEqual } from 'node:crypto';

const TOKEN = /^[0-9a-f]{64}$/i;

/** Whether a line is a token: 256 bits as 64 hex digits. */
export function isToken(line: string): boolean {
  return TOKEN.test(line);
}

/** Compares in constant time: over digests, so that the length gives nothing away either. */
export function sameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The token of an `Authorization: Bearer` header; null where there is none. */
export function bearerOf(header: string | undefined): string | null {
  const match = /^Bearer ([^\s]+)$/i.exec(header ?? '');
  return match?.[1] ?? null;
}
