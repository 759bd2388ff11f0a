/** Writes one benchmark's section of benchmarks/README.md, between its markers; the rest of the page stays as it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, 'README.md');

/**
 * Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in `page`; appends the section where it is
 * new.
 */
export function withSection(page: string, name: string, markdown: string): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const section = `${begin}\n${markdown.trim()}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(to + end.length);
}

/** What stands between the markers now; empty where they are not there. */
export function sectionOf(page: string, name: string): string {
  const begin = `<!-- begin ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- end ${name} -->`);
  return from === -1 || to < from ? '' : page.slice(from + begin.length, to).trim();
}

export function writeSection(name: string, markdown: string): void {
  writeFileSync(PAGE, withSection(readPage(), name, markdown));
}

export function readSection(name: string): string {
  return sectionOf(readPage(), name);
}

function readPage(): string {
  return existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Benchmarks\n';
}
