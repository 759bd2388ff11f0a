/** Writes one benchmark's section of benchmarks/README.md, between its markers; the rest of the page stays as it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, 'README.md');

/** Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in `page`; appends the section where it is new. */
export function withSection(page: string, name: string, markdown: string): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const section = `${begin}\n${markdown.trim()}\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) return `${page.trimEnd()}\n\n${section}\n`;
  return page.slice(0, from) + section + page.slice(to + end.length);
}

export function writeSection(name: string, markdown: string): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Benchmarks\n';
  writeFileSync(PAGE, withSection(page, name, markdown));
}
