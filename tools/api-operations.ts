/** What OpenAPI is told of /headroom/api, from the protocol: the shim hands it to the WebUI's app as it is. */
import * as z from 'zod';
import {
  estimateAnswerSchema,
  explainAnswerSchema,
  EXPLAIN_PARAMETERS,
  maxAnswerSchema,
  refusedAnswerSchema,
  SETTINGS_PARAMETERS,
  type Question,
} from '../service/protocol/program.ts';
import { API_ABOUT } from '../service/words/index.ts';

interface Told {
  readonly parameters: Readonly<Record<string, z.ZodType>>;
  readonly needed: readonly string[];
  readonly answer: z.ZodType;
}

const QUESTIONS: Readonly<Record<Question, Told>> = {
  estimate: { parameters: SETTINGS_PARAMETERS, needed: ['width', 'height'], answer: estimateAnswerSchema },
  max: { parameters: SETTINGS_PARAMETERS, needed: [], answer: maxAnswerSchema },
  explain: { parameters: EXPLAIN_PARAMETERS, needed: ['text'], answer: explainAnswerSchema },
};

/** By path. As the OpenAPI of the WebUI's FastAPI is: 3.0, whose schemas know no `null` of their own. */
export function apiOperations(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(QUESTIONS).map(([about, told]) => [`/headroom/api/${about}`, operation(about as Question, told)]),
  );
}

function operation(about: Question, { parameters, needed, answer }: Told): object {
  const { summary, refusals } = API_ABOUT;
  const refused = { 'application/json': { schema: schemaOf(refusedAnswerSchema) } };
  return {
    summary: summary[about],
    parameters: Object.entries(parameters).map(([name, schema]) => parameter(name, schema, needed.includes(name))),
    responses: {
      200: { description: summary[about], content: { 'application/json': { schema: schemaOf(answer) } } },
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [status, { description, content: refused }]),
      ),
    },
  };
}

function parameter(name: string, schema: z.ZodType, required: boolean): object {
  const told = schemaOf(schema);
  return { name, in: 'query', required, description: told['description'], schema: told };
}

/** Without the dialect's address, which has no place within OpenAPI. */
function schemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const told = Object.entries(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }));
  return Object.fromEntries(told.filter(([name]) => name !== '$schema'));
}
