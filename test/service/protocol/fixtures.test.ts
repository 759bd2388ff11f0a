import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import { programMessageSchema, toProgramMessageSchema } from '../../../service/protocol/program.ts';
import { shimMessageSchema, toShimMessageSchema } from '../../../service/protocol/shim.ts';
import { toViewerMessageSchema, viewerMessageSchema } from '../../../service/protocol/viewer.ts';

const SCHEMAS = {
  host: shimMessageSchema,
  toHost: toShimMessageSchema,
  viewer: viewerMessageSchema,
  toViewer: toViewerMessageSchema,
  program: programMessageSchema,
  toProgram: toProgramMessageSchema,
};

function examples(direction: string): { type: string }[] {
  const path = new URL(`../../fixtures/messages/${direction}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as { type: string }[];
}

/** Every literal that the union's `type` may have. */
function typesOf(schema: z.ZodDiscriminatedUnion): string[] {
  return schema.options.map((option) => {
    const { type } = (option as z.ZodObject<{ type: z.ZodLiteral<string> }>).shape;
    return type.value;
  });
}

describe.each(Object.entries(SCHEMAS))('the example messages of direction %s', (direction, schema) => {
  test.each(examples(direction).map((message) => [message.type, message] as const))(
    '"%s" is what the schema reads, unchanged',
    (_type, message) => {
      expect(schema.parse(message)).toEqual(message);
    },
  );

  test('hold one of each type at the least', () => {
    const shown = new Set(examples(direction).map(({ type }) => type));
    expect([...shown].sort()).toEqual(typesOf(schema).sort());
  });

  test('are refused with a field too many', () => {
    for (const message of examples(direction)) expect(schema.safeParse({ ...message, surplus: 1 }).success).toBe(false);
  });
});
