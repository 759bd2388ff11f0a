/** The help of the command line, verb by verb. */
import type { VerbHelp } from '../../help.ts';

const DATA_DIR = 'Folder of the store. Default: that of the WebUI that runs, else your own.';
const JSON_OBJECT = 'One JSON object instead of text.';
const SMI = 'The nvidia-smi to ask.';

const NOT_UNDERSTOOD: readonly [code: string, meaning: string] = ['2', 'The command was not understood.'];
/** Of verbs that are given a file. */
const NOT_READ: readonly [code: string, meaning: string] = [
  '2',
  'The command was not understood, or the file cannot be read.',
];

// One by one: an object that is spread into others would stay in the page, which has no use for it.
const WIDTH = 'Width of the image, in pixels.';
const HEIGHT = 'Height of the image, in pixels.';
const BATCH = 'Batch size. Default: 1.';
const HIRES = 'With hires fix to this size, such as 1536x1536.';
const UPSCALER = 'Upscaler of hires fix. Default: latent.';
const WITH = 'Add-ons that are on, such as controlnet,adetailer: counted as runs with them have shown.';
const KEY = 'Key of the set-up, or its beginning. Default: the one last seen.';
const OTHER_MIB = "Memory that is not the WebUI's, in MiB. Default: as it was last.";

export const HELP = {
  estimate: {
    summary: 'How much VRAM an image will need, and whether it fits',
    about:
      'Estimates one image from the runs in the store. "Required" is the least memory with which it succeeds, and ' +
      'decides the verdict. "Peak" is what nvidia-smi will show.',
    options: {
      width: WIDTH,
      height: HEIGHT,
      batch: BATCH,
      hires: HIRES,
      upscaler: UPSCALER,
      with: WITH,
      key: KEY,
      'other-mib': OTHER_MIB,
      'data-dir': DATA_DIR,
      json: JSON_OBJECT,
      'exit-code': 'Exit with 3 where it will not fit.',
    },
    examples: [
      ['headroom estimate --width 1024 --height 1024', 'one image'],
      ['headroom estimate --width 512 --height 768 --hires 1024x1536', 'with hires fix'],
      ['headroom estimate --width 1024 --height 1024 --json', 'for a script'],
    ],
    exitCodes: [
      ['0', 'There is an estimate.'],
      ['1', 'There is none; the reason is printed.'],
      NOT_UNDERSTOOD,
      ['3', 'With --exit-code: it will not fit.'],
    ],
  },
  advise: {
    summary: 'What makes an image fit, and what it costs',
    about: 'Lists what lowers the memory that an image needs. Each remedy is checked by an estimate.',
    options: {
      width: WIDTH,
      height: HEIGHT,
      batch: BATCH,
      hires: HIRES,
      upscaler: UPSCALER,
      with: WITH,
      key: KEY,
      'other-mib': OTHER_MIB,
      'data-dir': DATA_DIR,
      json: JSON_OBJECT,
    },
    examples: [['headroom advise --width 2048 --height 2048', 'what helps']],
    exitCodes: [['0', 'There is an answer.'], ['1', 'There is none; the reason is printed.'], NOT_UNDERSTOOD],
  },
  max: {
    summary: 'The largest image that fits',
    about:
      'The largest size of this shape in steps of 64 pixels, enlarged alike where hires fix is on; the largest batch ' +
      'size; with hires fix how far this base can be enlarged; and common shapes by batch size. Without a size: of ' +
      'a square.',
    options: {
      width: WIDTH,
      height: HEIGHT,
      batch: BATCH,
      hires: HIRES,
      upscaler: UPSCALER,
      with: WITH,
      key: KEY,
      'other-mib': OTHER_MIB,
      'data-dir': DATA_DIR,
      json: JSON_OBJECT,
    },
    examples: [
      ['headroom max', 'square images'],
      ['headroom max --width 832 --height 1216 --batch 4', 'of this shape, four at once'],
    ],
    exitCodes: [['0', 'There is an answer.'], ['1', 'There is none; the reason is printed.'], NOT_UNDERSTOOD],
  },
  flags: {
    summary: 'The same image under other flags of the WebUI',
    about:
      'A table: each kind of attention, each VRAM mode and each precision of the VAE, with what is required, the peak, ' +
      'and whether it fits here and on cards of 4 to 24 GB. "*" marks the flags that are on now.',
    options: {
      width: WIDTH,
      height: HEIGHT,
      batch: BATCH,
      hires: HIRES,
      upscaler: UPSCALER,
      with: WITH,
      key: KEY,
      'other-mib': OTHER_MIB,
      'data-dir': DATA_DIR,
      json: JSON_OBJECT,
    },
    examples: [
      ['headroom flags --width 1024 --height 1024', 'one image'],
      ['headroom flags --width 512 --height 512 --batch 8 --json', 'for a script'],
    ],
    exitCodes: [['0', 'There is an answer.'], ['1', 'There is none; the reason is printed.'], NOT_UNDERSTOOD],
  },
  doctor: {
    summary: 'What Headroom finds on this machine, and what is wrong',
    about:
      'Lists card, driver, programs on the card, RAM and store. Attach it to a report: it names no person. With ' +
      '--replay: how Headroom reads a saved output of nvidia-smi --query-gpu=... --format=csv.',
    options: {
      replay: 'A saved output of nvidia-smi; "-" reads stdin.',
      'exit-code': 'The exit code that nvidia-smi had. Default: 0.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      json: JSON_OBJECT,
    },
    examples: [
      ['headroom doctor', 'what is found here'],
      ['headroom doctor --json > report.json', 'for a report'],
      ['headroom doctor --replay saved.txt', 'an output that somebody sent'],
    ],
    exitCodes: [['0', "A card's memory can be read."], ['1', 'None can; the reason is printed.'], NOT_READ],
  },
  explain: {
    summary: 'What an out-of-memory error says',
    about:
      'Reads any text with an out-of-memory error in it: a log, a pasted message. Says which tensor was asked for, ' +
      'and why there was no room. Without FILE it reads stdin.',
    options: { json: JSON_OBJECT },
    examples: [
      ['headroom explain webui.log', 'the last error in a log'],
      ['headroom explain < error.txt', 'from stdin'],
    ],
    exitCodes: [['0', 'There is an error in the text.'], ['1', 'There is none.'], NOT_READ],
  },
  top: {
    summary: 'Who holds the memory of the card, live',
    about:
      "The card's memory by program, the last minutes, and the last run of the WebUI. q or Ctrl+C ends it. Where no " +
      'terminal is, it prints one snapshot.',
    options: {
      'interval-ms': 'How often to read, in ms. Default: 1000.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      json: 'One snapshot as one JSON object.',
    },
    examples: [
      ['headroom top', 'live'],
      ['headroom top --json', 'once, for a script'],
    ],
    exitCodes: [['0', 'There was something to show.'], ['1', 'No memory can be read.'], NOT_UNDERSTOOD],
  },
  record: {
    summary: 'Run any program and record its memory',
    about:
      'Runs COMMAND and writes what it and the card had of memory to a file. COMMAND\'s own words stand behind "--".',
    options: {
      out: 'The file to write. Default: named after the program and the time.',
      force: 'Replace the file.',
      'interval-ms': 'How often to read, in ms. Default: 100.',
      device: "The card, by nvidia-smi's number, uuid or bus id. Default: all.",
      hook: "Have a Python program's torch tell its counters.",
      quiet: 'Show nothing while it runs.',
      'nvidia-smi': SMI,
    },
    examples: [
      ['headroom record -- python train.py --batch 4', 'any program'],
      ['headroom record --hook --out a.ndjson -- python train.py', 'with torch'],
    ],
    exitCodes: [['N', "The program's own exit code."], ['125', 'The program was not started.'], NOT_UNDERSTOOD],
  },
  compare: {
    summary: 'Two recordings or runs side by side, and why they differ',
    about:
      'A and B are each one of: a recording; an export (its newest run) or EXPORT#ID; a run in the store as "last", ' +
      '"run:ID" or "settings:WIDTHxHEIGHTxBATCH".',
    options: { 'data-dir': DATA_DIR, json: JSON_OBJECT },
    examples: [
      ['headroom compare a.ndjson b.ndjson', 'two recordings'],
      ['headroom compare last script.ndjson', "the WebUI's last run and a script"],
    ],
    exitCodes: [['0', 'Both are there.'], ['1', 'One is not there, or is no recording.'], NOT_READ],
  },
  export: {
    summary: 'Write all runs to a file',
    about: 'Writes every run in the store as NDJSON: a backup, or for another machine. Without FILE: to stdout.',
    options: { force: 'Replace FILE.', 'data-dir': DATA_DIR },
    examples: [
      ['headroom export runs.ndjson', 'a backup'],
      ['headroom export | gzip > runs.ndjson.gz', 'compressed'],
    ],
    exitCodes: [['0', 'All runs were written.'], ['1', 'Not all were.'], NOT_UNDERSTOOD],
  },
  import: {
    summary: 'Take over the runs of an export',
    about: 'Adds the runs of FILE. They are marked as imported, and count less than runs of this machine.',
    options: { own: "FILE is a backup of this machine's own runs: they count in full.", 'data-dir': DATA_DIR },
    examples: [
      ['headroom import theirs.ndjson', "another machine's runs"],
      ['headroom import --own runs.ndjson', 'your backup'],
    ],
    exitCodes: [['0', 'All lines were taken over.'], ['1', 'Not all were.'], NOT_READ],
  },
  forget: {
    summary: 'Remove imported runs',
    about: 'Removes the runs that imports brought. Runs of this machine stay.',
    options: {
      imported: 'Must be given: nothing else is removed.',
      key: 'Only of this set-up: its key, or its beginning. Default: of all.',
      'data-dir': DATA_DIR,
    },
    examples: [['headroom forget --imported', 'all imported runs']],
    exitCodes: [['0', 'They are removed.'], ['1', 'The store cannot be written.'], NOT_UNDERSTOOD],
  },
  serve: {
    summary: 'The page in your browser, without a WebUI (with --standalone)',
    about:
      'With --standalone: prints the address of a page with live memory and errors explained. Ctrl+C ends it. ' +
      'Without: the sidecar, as the WebUI starts it. It reads a token of 64 hex digits from stdin, listens on ' +
      '127.0.0.1 and ends with stdin.',
    options: {
      standalone: 'For your own browser, without a WebUI.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      'parent-pid': 'End with this process.',
      'webui-id': 'Goes on with what an earlier sidecar of the same WebUI left.',
    },
    examples: [['headroom serve --standalone', 'a page of your own']],
    exitCodes: [['0', 'It was asked to end.'], NOT_UNDERSTOOD],
  },
  completion: {
    summary: 'Completion for your shell',
    about:
      'Prints a script for SHELL: bash, zsh, fish or powershell. Load it where your shell starts. It completes a ' +
      'command named headroom, such as an alias of "node EXTENSION/dist/headroom.mjs".',
    options: {},
    examples: [
      ['eval "$(headroom completion bash)"', 'in ~/.bashrc'],
      ['eval "$(headroom completion zsh)"', 'in ~/.zshrc, after compinit'],
      ['headroom completion fish | source', 'in ~/.config/fish/config.fish'],
      ['headroom completion powershell | Out-String | iex', 'in $PROFILE'],
    ],
    exitCodes: [['0', 'It was printed.'], NOT_UNDERSTOOD],
  },
  man: {
    summary: 'The manual page',
    about: 'Prints the manual of all verbs. In a terminal as text; else as the source of a man page.',
    options: { source: 'The source of the man page, in a terminal too.' },
    examples: [
      ['headroom man', 'read it'],
      ['headroom man > headroom.1', 'a file for "man ./headroom.1"'],
    ],
    exitCodes: [['0', 'It was printed.'], NOT_UNDERSTOOD],
  },
} satisfies Readonly<Record<string, VerbHelp>>;

export const WHAT_HEADROOM_DOES: string = 'Know before you press Generate: how much VRAM an image needs.';

/** Headings of the help. */
export const HELP_HEADINGS: Readonly<
  Record<'usage' | 'options' | 'commands' | 'arguments' | 'examples' | 'exitCodes' | 'name' | 'description', string>
> = {
  usage: 'Usage:',
  options: 'Options:',
  commands: 'Commands:',
  arguments: 'Arguments:',
  examples: 'Examples:',
  exitCodes: 'Exit codes:',
  name: 'Name:',
  description: 'Description:',
};

export const HELP_OPTION: string = 'Show this help.';
export const VERSION_OPTION: string = 'Show the version.';

/** Of an option that chooses an operation. */
export function operationOptionInWords(operation: string): string {
  return `For ${operation} instead of txt2img.`;
}

/** Behind the list of verbs. */
export const HELP_OF_A_VERB: string = '"headroom COMMAND --help" explains one, with examples.';

/** Behind what is wrong with an order. `verb`: null where none was understood. */
export function seeHelpInWords(verb: string | null): string {
  return verb === null ? 'See headroom --help.' : `See headroom ${verb} --help.`;
}
