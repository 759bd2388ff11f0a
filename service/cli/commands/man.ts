/** `headroom man`: the manual page, of the same tree as the help. */
import { HELP_HEADINGS, WHAT_HEADROOM_DOES, HELP } from '../../words/index.ts';
import { readArgs } from '../args.ts';
import { misunderstood } from '../misunderstood.ts';
import { PLAIN, toned } from '../look.ts';
import { wrapped } from '../text-width.ts';
import type { DescribedOption, DescribedVerb, Verb } from '../verb.ts';
import { VERSION } from '../version.ts';

export const VERB: Verb<'man'> = {
  name: 'man',
  arguments: [],
  options: { source: null },
  answer: async (args, world, describe) => {
    const parsed = readArgs(args, VERB.options, VERB.arguments.length);
    if (!parsed.ok) return misunderstood(VERB.name, parsed.reason, world);
    const look = world.look ?? PLAIN;
    const { options, verbs } = await describe();
    const asText = look.columns !== null && !parsed.value.flag('source');
    const page = [...headOf(options), ...verbs.flatMap(sectionOf)];
    world.out(
      asText
        ? page.map((line) => `${textOf(line, (text) => toned(text, 'strong', look))}\n`).join('')
        : [`.TH HEADROOM 1 "" "headroom ${VERSION}" ""`, ...page.map(roffOf)].join('\n') + '\n',
    );
    return 0;
  },
};

type Part =
  | { readonly kind: 'section' | 'text' | 'line'; readonly text: string }
  /** Something that is explained. */
  | { readonly kind: 'term'; readonly term: string; readonly text: string };

function headOf(options: readonly DescribedOption[]): Part[] {
  return [
    { kind: 'section', text: bare(HELP_HEADINGS.name) },
    { kind: 'text', text: `headroom - ${WHAT_HEADROOM_DOES}` },
    { kind: 'section', text: bare(HELP_HEADINGS.options) },
    ...options.map(partOf),
  ];
}

function sectionOf({ name, usage, summary, about, options }: DescribedVerb): Part[] {
  const { examples, exitCodes } = HELP[name];
  return [
    { kind: 'section', text: `headroom ${name}` },
    { kind: 'text', text: `${summary}.` },
    { kind: 'line', text: `headroom ${name} ${usage}` },
    { kind: 'text', text: about },
    ...options.map(partOf),
    { kind: 'text', text: HELP_HEADINGS.exitCodes },
    ...exitCodes.map(([code, meaning]): Part => ({ kind: 'term', term: code, text: meaning })),
    { kind: 'text', text: HELP_HEADINGS.examples },
    ...examples.map(([line, what]): Part => ({ kind: 'term', term: line, text: what })),
  ];
}

function partOf({ long, short, value, about }: DescribedOption): Part {
  return { kind: 'term', term: [short, long].filter((one) => one !== null).join(', ') + behind(value), text: about };
}

function behind(value: string | null): string {
  return value === null ? '' : ` ${value}`;
}

/** "Options:" is a heading of its own in a manual. */
function bare(heading: string): string {
  return heading.replace(/:$/, '');
}

function roffOf(part: Part): string {
  switch (part.kind) {
    case 'section':
      return `.SH ${escaped(part.text.toUpperCase())}`;
    case 'text':
      return `.PP\n${escaped(part.text)}`;
    case 'line':
      return `.PP\n.B ${escaped(part.text)}`;
    case 'term':
      return `.TP\n.B ${escaped(part.term)}\n${escaped(part.text)}`;
  }
}

/** A backslash, a hyphen, and a dot or a quote at a line's beginning mean something to troff. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('"', '\\(dq')
    .replace(/^([.'])/, '\\&$1');
}

const COLUMNS = 80;

function textOf(part: Part, strong: (text: string) => string): string {
  switch (part.kind) {
    case 'section':
      return `\n${strong(part.text.toUpperCase())}`;
    case 'text':
      return indented(part.text, 4);
    case 'line':
      return `    ${part.text}`;
    case 'term':
      return `    ${strong(part.term)}\n${indented(part.text, 8)}`;
  }
}

function indented(text: string, by: number): string {
  return wrapped(text, COLUMNS - by)
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
}
