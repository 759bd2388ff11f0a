import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../../..');
/** Of a run whose end nobody told: kept in the store as the run's own error, like the WebUI's text. */
const STORED = "'The end of this run was never reported.'";
/** What begins like a sentence and ends like one. */
const SENTENCE = /^["'`]?(?:\$\{[^}]*\} )?[A-Z][^\n]* [^\n]*[.!]["'`]?$/;

/** String literals of a source, but for what a thrown bug says. */
function literalsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const sources = ['service', 'frontend-js'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts')),
);
const sentencesIn = (path: string) =>
  literalsOf(path).filter((literal) => SENTENCE.test(literal) && literal !== STORED);

test('neither a stage nor the page nor the command line holds a sentence for people: all are in words/', () => {
  const others = sources.filter((path) => !path.startsWith('service/words/'));
  expect(others.flatMap((path) => sentencesIn(path).map((text) => `${path}: ${text}`))).toEqual([]);
});

test('what this test takes for a sentence is found where they are', () => {
  expect(
    sources.filter((path) => path.startsWith('service/words/') && sentencesIn(path).length > 0).length,
  ).toBeGreaterThan(5);
});
