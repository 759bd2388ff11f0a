/** The shim's message types as Python, from the protocol's JSON Schema and from what service/hosts/ asks of it. */
import { PROGRAM_MARKS } from '../service/hosts/hosts.ts';
import { ERROR_SIGNS, MEMORY_WORDS, type ErrorSign } from '../service/hosts/out-of-memory.ts';
import { GENERATION_FACTS, WEBUI_FACTS } from '../service/hosts/webui.ts';
import {
  MAX_HOST_MESSAGES_PER_SECOND,
  MAX_MEMORY_ERROR,
  MAX_MESSAGE_BYTES,
  MAX_MESSAGES_PER_SECOND,
  PROTOCOL_VERSION,
} from '../service/protocol/limits.ts';
import { settableOptionSchema } from '../service/protocol/options.ts';
import { API_SCHEMA, MAX_QUERY } from '../service/protocol/program.ts';
import { protocolJsonSchema } from '../service/protocol/schema.ts';
import { tooManyInWords } from '../service/words/index.ts';

/** As far as zod writes it for these messages. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

const SIMPLE: ReadonlyMap<string | undefined, string> = new Map([
  ['string', 'str'],
  ['integer', 'int'],
  ['number', 'float'],
  ['boolean', 'bool'],
  ['null', 'None'],
  [undefined, 'Any'],
]);

const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(', ');

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace('#/$defs/', '');
  if (schema.const !== undefined) return `Literal[${quoted([schema.const])}]`;
  if (schema.enum !== undefined) return `Literal[${quoted(schema.enum)}]`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.items !== undefined) return `list[${typeOf(schema.items)}]`;
  if (typeof schema.additionalProperties === 'object') return `dict[str, ${typeOf(schema.additionalProperties)}]`;
  return [schema.type].flat().map(simpleType).join(' | ');
}

function simpleType(type: string | undefined): string {
  const simple = SIMPLE.get(type);
  if (simple === undefined) throw new Error(`no Python type for ${type}`);
  return simple;
}

function typedDict(name: string, { properties = {} }: Schema): string {
  const fields = Object.entries(properties).map(([field, schema]) => `    ${field}: ${typeOf(schema)}\n`);
  return `class ${name}(TypedDict):\n${fields.join('')}`;
}

const literal = (name: string, values: readonly string[]): string =>
  `${name} = Literal[\n${values.map((value) => `    ${JSON.stringify(value)},\n`).join('')}]\n`;

const classNameOf = ({ properties }: Schema): string =>
  (properties?.['type']?.const ?? '').replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const tuple = (name: string, values: readonly string[]): string =>
  `${name} = (\n${values.map((value) => `    ${JSON.stringify(value)},\n`).join('')})\n`;

function errorSign({ name, classes, pattern }: ErrorSign): string {
  const names = classes
    .map((one) => `"${one}",`)
    .join(' ')
    .replace(/,$/, classes.length === 1 ? ',' : '');
  return `    (\n        "${name}",\n        (${names}),\n        ${raw(pattern)},\n    ),\n`;
}

function raw(pattern: string): string {
  if (/["\n]/.test(pattern)) throw new Error(`no raw Python text: ${pattern}`);
  return `r"${pattern}"`;
}

export function pythonMessages(): string {
  const { host, toHost } = protocolJsonSchema() as Record<'host' | 'toHost', Schema>;
  const messages = [host, toHost].map(({ oneOf = [] }) => oneOf);
  const parts = Object.entries({ ...host.$defs, ...toHost.$defs });
  const union = (name: string, schemas: readonly Schema[]) => `${name} = ${schemas.map(classNameOf).join(' | ')}\n`;
  return [
    '"""What shim and sidecar say to each other. Made by `npm run build` from service/: do not edit."""\n\n' +
      'from __future__ import annotations\n\nfrom typing import Any, Literal, TypedDict\n\n' +
      `PROTOCOL_VERSION = ${PROTOCOL_VERSION}\nMAX_MESSAGE_BYTES = ${MAX_MESSAGE_BYTES}\n` +
      `MAX_MESSAGES_PER_SECOND = ${MAX_MESSAGES_PER_SECOND}\n` +
      `MAX_HOST_MESSAGES_PER_SECOND = ${MAX_HOST_MESSAGES_PER_SECOND}\n` +
      `TOO_MANY_MESSAGES = ${JSON.stringify(tooManyInWords(MAX_MESSAGES_PER_SECOND))}\n` +
      `MAX_MEMORY_ERROR = ${MAX_MEMORY_ERROR}\n` +
      `API_SCHEMA = ${API_SCHEMA}\nMAX_QUERY_CHARACTERS = ${MAX_QUERY}\n\n` +
      '# What is looked for in the program, and asked of it and of a generation.\n' +
      tuple('PROGRAM_MARKS', PROGRAM_MARKS) +
      tuple('WEBUI_FACTS', WEBUI_FACTS) +
      tuple('GENERATION_FACTS', GENERATION_FACTS) +
      '# What a page may set.\n' +
      tuple('SETTABLE_OPTIONS', settableOptionSchema.options) +
      '# Name, classes and pattern of what is looked for in an error.\n' +
      `ERROR_SIGNS = (\n${ERROR_SIGNS.map(errorSign).join('')})\n` +
      '# What may be told of an error that says so, from its beginning.\n' +
      `MEMORY_WORDS = (\n${MEMORY_WORDS.map((one) => `    ${raw(one)},\n`).join('')})\n`,
    ...parts.map(([name, schema]) =>
      schema.enum === undefined ? typedDict(name, schema) : literal(name, schema.enum),
    ),
    ...messages.flat().map((schema) => typedDict(classNameOf(schema), schema)),
    union('ToSidecar', messages[0] ?? []) + union('ToShim', messages[1] ?? []),
  ].join('\n\n');
}
