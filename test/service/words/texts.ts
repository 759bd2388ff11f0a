/** The texts in the sources of a language. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export const WORDS_FOLDER = join(import.meta.dirname, '../../../service/words');

/** Sources of a language, from its folder. */
export function filesOf(language: string): string[] {
  return readdirSync(join(WORDS_FOLDER, language), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

export function sourceOf(language: string, file: string): string {
  return readFileSync(join(WORDS_FOLDER, language, file), 'utf8');
}

export interface Texts {
  /** Literals, and what stands between the figures of a template. */
  readonly pieces: readonly string[];
  /** Sentences put together again, a dash for each figure. */
  readonly whole: readonly string[];
}

/** Names of codes are no texts. */
export function textsOf(language: string, file: string): Texts {
  const source = ts.createSourceFile(file, sourceOf(language, file), ts.ScriptTarget.Latest, true);
  const pieces: string[] = [];
  const whole: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isCaseClause(node)) return node.statements.forEach(visit);
    if (isComparison(node)) return;
    if (ts.isPropertyAssignment(node)) return visit(node.initializer);
    const own = ts.isExpression(node) ? piecesOf(node) : [];
    const text = own.join('-');
    if (own.length > 0 && !isPartOfText(node)) whole.push(text);
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) pieces.push(...own.map((one) => one.trim()));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text);
  return { pieces: pieces.filter(hasWords), whole: whole.filter(hasWords) };
}

function isComparison(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && /^[!=]==$/.test(node.operatorToken.getText());
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function isPartOfText(node: ts.Node): boolean {
  return isSum(node.parent) && piecesOf(node.parent).length > 0;
}

/** What stands between the figures; empty where it is no text. */
function piecesOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  if (!isSum(node)) return [];
  const [left, right] = [piecesOf(node.left), piecesOf(node.right)];
  const [last = ''] = left.slice(-1);
  const [first = ''] = right;
  return left.length + right.length === 0 ? [] : [...left.slice(0, -1), last + first, ...right.slice(1)];
}
