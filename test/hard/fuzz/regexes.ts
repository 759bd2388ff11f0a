/** Every regular expression of the sources, found by the compiler, and texts that would make a bad one run for ever. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface FoundRegex {
  readonly source: string;
  readonly flags: string;
  /** File and line. */
  readonly at: string;
}

export function regexesOf(root: string, folders: readonly string[]): FoundRegex[] {
  return folders.flatMap((folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    return files.flatMap((name) => regexesIn(join(root, folder, name), `${folder}/${name}`));
  });
}

function regexesIn(path: string, shown: string): FoundRegex[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: FoundRegex[] = [];
  const visit = (node: ts.Node): void => {
    const isMade =
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === 'RegExp';
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    if (isMade)
      found.push({ source: sourceMade(node.arguments?.[0], `${shown}:${line}`), flags: 'g', at: `${shown}:${line}` });
    if (ts.isRegularExpressionLiteral(node)) {
      const text = node.getText(file);
      const end = text.lastIndexOf('/');
      found.push({ source: text.slice(1, end), flags: text.slice(end + 1), at: `${shown}:${line}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Of one put together from text and what was escaped, which stands for any text. */
function sourceMade(argument: ts.Expression | undefined, at: string): string {
  if (argument !== undefined && ts.isTemplateExpression(argument))
    return argument.head.text + argument.templateSpans.map(({ literal }) => `abc${literal.text}`).join('');
  throw new Error(
    `${at}: a regular expression of a kind that cannot be tried here; write it as a literal or a template`,
  );
}

const COMMON = ['a', '0', ' ', '\t', '"', ',', '[', '.', '-', ':', '\r', '\n'];
const BREAKERS = ['', '\u0000', '!', '\n!'];

/**
 * Makes texts of `length`: what may repeat in the pattern, repeated, behind each thing that it may begin with, and
 * before something that no pattern ends with, so that it has to try again from everywhere.
 */
export function* attacks(source: string, length: number): Generator<string> {
  const literals = literalsOf(source);
  const pieces = new Set([
    ...COMMON,
    ...literals,
    ...literals.map((text) => text.slice(-1)),
    literals.join(''),
    literals.join(' '),
  ]);
  for (const piece of pieces) {
    if (piece === '') continue;
    const body = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
    for (const start of new Set(['', ...literals.slice(0, 3), literals.join('')]))
      for (const breaker of BREAKERS) yield start + body + breaker;
  }
}

/** The pattern's own text, cut at everything that is not plain; a class gives its members. */
function literalsOf(source: string): string[] {
  const plain = source
    .replaceAll(/\\[dD]/g, '0')
    .replaceAll(/\\[wW]/g, 'a')
    .replaceAll(/\\s/g, ' ')
    .replaceAll(/\\[bBS]/g, '')
    .replaceAll(/\\(.)/g, '$1');
  return [...new Set(plain.split(/[()[\]{}|?*+^$]+/).filter((text) => text !== ''))].slice(0, 12);
}
