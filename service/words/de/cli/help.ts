/** The help of the command line, verb by verb. */
import type { VerbHelp } from '../../help.ts';

const DATA_DIR = 'Ordner der Ablage. Sonst der der laufenden WebUI, oder der eigene.';
const JSON_OBJECT = 'Ein JSON-Objekt statt Text.';
const SMI = 'Das nvidia-smi, das gefragt wird.';

const NOT_UNDERSTOOD: readonly [code: string, meaning: string] = ['2', 'Der Befehl wurde nicht verstanden.'];
const NOT_READ: readonly [code: string, meaning: string] = [
  '2',
  'Der Befehl wurde nicht verstanden, oder die Datei ist nicht lesbar.',
];

// One by one: an object that is spread into others would stay in the page, which has no use for it.
const WIDTH = 'Breite des Bilds in Pixeln.';
const HEIGHT = 'Höhe des Bilds in Pixeln.';
const BATCH = 'Batch-Größe. Vorgabe: 1.';
const HIRES = 'Mit Hires fix auf diese Größe, etwa 1536x1536.';
const UPSCALER = 'Upscaler von Hires fix. Vorgabe: latent.';
const WITH = 'Eingeschaltete Add-ons, etwa controlnet,adetailer: gezählt, wie Läufe mit ihnen es zeigten.';
const KEY = 'Schlüssel der Konfiguration oder sein Anfang. Vorgabe: die zuletzt gesehene.';
const OTHER_MIB = 'Speicher, der nicht der WebUI gehört, in MiB. Vorgabe: wie zuletzt.';

export const HELP = {
  estimate: {
    summary: 'Wie viel VRAM ein Bild braucht, und ob es passt',
    about:
      'Schätzt ein Bild aus den Läufen in der Ablage. "Benötigt" ist der wenigste Speicher, mit dem es gelingt, und ' +
      'entscheidet das Urteil. "Spitze" ist, was nvidia-smi zeigen wird.',
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
      'exit-code': 'Mit 3 enden, wenn es nicht passt.',
    },
    examples: [
      ['headroom estimate --width 1024 --height 1024', 'ein Bild'],
      ['headroom estimate --width 512 --height 768 --hires 1024x1536', 'mit Hires fix'],
      ['headroom estimate --width 1024 --height 1024 --json', 'für ein Skript'],
    ],
    exitCodes: [
      ['0', 'Es gibt eine Schätzung.'],
      ['1', 'Es gibt keine; der Grund wird ausgegeben.'],
      NOT_UNDERSTOOD,
      ['3', 'Mit --exit-code: Es passt nicht.'],
    ],
  },
  advise: {
    summary: 'Was ein Bild passend macht, und was es kostet',
    about: 'Listet auf, was den Speicherbedarf eines Bilds senkt. Jede Abhilfe ist durch eine Schätzung geprüft.',
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
    examples: [['headroom advise --width 2048 --height 2048', 'was hilft']],
    exitCodes: [['0', 'Es gibt eine Antwort.'], ['1', 'Es gibt keine; der Grund wird ausgegeben.'], NOT_UNDERSTOOD],
  },
  max: {
    summary: 'Das größte Bild, das passt',
    about:
      'Das größte Bild dieses Formats in Schritten von 64 Pixeln, mit Hires fix ebenso vergrößert; die größte ' +
      'Batch-Größe; mit Hires fix, wie weit sich diese Ausgangsgröße vergrößern lässt; und übliche Formate nach ' +
      'Batch-Größe. Ohne Größe: quadratisch.',
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
      ['headroom max', 'quadratische Bilder'],
      ['headroom max --width 832 --height 1216 --batch 4', 'dieses Format, vier zugleich'],
    ],
    exitCodes: [['0', 'Es gibt eine Antwort.'], ['1', 'Es gibt keine; der Grund wird ausgegeben.'], NOT_UNDERSTOOD],
  },
  flags: {
    summary: 'Dasselbe Bild unter anderen Startoptionen der WebUI',
    about:
      'Eine Tabelle: jede Art von Attention, jeder VRAM-Modus und jede Genauigkeit des VAE, mit Bedarf, Spitze, und ' +
      'ob es hier und auf Karten von 4 bis 24 GB passt. "*" steht bei den Optionen, die jetzt gelten.',
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
      ['headroom flags --width 1024 --height 1024', 'ein Bild'],
      ['headroom flags --width 512 --height 512 --batch 8 --json', 'für ein Skript'],
    ],
    exitCodes: [['0', 'Es gibt eine Antwort.'], ['1', 'Es gibt keine; der Grund wird ausgegeben.'], NOT_UNDERSTOOD],
  },
  doctor: {
    summary: 'Was Headroom auf diesem Rechner findet, und was nicht stimmt',
    about:
      'Listet Karte, Treiber, Programme auf der Karte, RAM und Ablage auf. Für Fehlerberichte: Es nennt keine Person. ' +
      'Mit --replay: wie Headroom eine gespeicherte Ausgabe von nvidia-smi --query-gpu=... --format=csv liest.',
    options: {
      replay: 'Eine gespeicherte Ausgabe von nvidia-smi; "-" liest stdin.',
      'exit-code': 'Der Exit-Code, den nvidia-smi hatte. Vorgabe: 0.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      json: JSON_OBJECT,
    },
    examples: [
      ['headroom doctor', 'was hier gefunden wird'],
      ['headroom doctor --json > report.json', 'für einen Fehlerbericht'],
      ['headroom doctor --replay saved.txt', 'eine zugesandte Ausgabe'],
    ],
    exitCodes: [
      ['0', 'Der Speicher einer Karte lässt sich auslesen.'],
      ['1', 'Keiner; der Grund wird ausgegeben.'],
      NOT_READ,
    ],
  },
  explain: {
    summary: 'Was ein Speicherfehler sagt',
    about:
      'Liest jeden Text mit einem Speicherfehler (out of memory): ein Protokoll, eine eingefügte Meldung. Sagt, welcher ' +
      'Tensor verlangt wurde und warum kein Platz war. Ohne FILE liest es stdin.',
    options: { json: JSON_OBJECT },
    examples: [
      ['headroom explain webui.log', 'der letzte Fehler eines Protokolls'],
      ['headroom explain < error.txt', 'von stdin'],
    ],
    exitCodes: [['0', 'Der Text enthält einen Fehler.'], ['1', 'Er enthält keinen.'], NOT_READ],
  },
  top: {
    summary: 'Wer jetzt VRAM hat, laufend',
    about:
      'Der Speicher der Karte nach Programmen, die letzten Minuten und der letzte Lauf der WebUI. q oder Strg+C ' +
      'beendet. Ohne Terminal gibt es eine Momentaufnahme aus.',
    options: {
      'interval-ms': 'Wie oft ausgelesen wird, in ms. Vorgabe: 1000.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      json: 'Eine Momentaufnahme als ein JSON-Objekt.',
    },
    examples: [
      ['headroom top', 'laufend'],
      ['headroom top --json', 'einmal, für ein Skript'],
    ],
    exitCodes: [['0', 'Es gab etwas zu zeigen.'], ['1', 'Kein Speicher lässt sich auslesen.'], NOT_UNDERSTOOD],
  },
  record: {
    summary: 'Ein Programm starten und seinen Speicher aufnehmen',
    about:
      'Startet COMMAND und schreibt in eine Datei, was es und die Karte an Speicher hatten. Was zu COMMAND gehört, steht ' +
      'hinter "--".',
    options: {
      out: 'Die Datei. Vorgabe: nach Programm und Zeit benannt.',
      force: 'Die Datei ersetzen.',
      'interval-ms': 'Wie oft ausgelesen wird, in ms. Vorgabe: 100.',
      device: 'Die Karte, mit Nummer, UUID oder Bus-ID von nvidia-smi. Vorgabe: alle.',
      hook: 'Die Zähler von torch in einem Python-Programm mit aufnehmen.',
      quiet: 'Nichts anzeigen, während es läuft.',
      'nvidia-smi': SMI,
    },
    examples: [
      ['headroom record -- python train.py --batch 4', 'ein beliebiges Programm'],
      ['headroom record --hook --out a.ndjson -- python train.py', 'mit torch'],
    ],
    exitCodes: [
      ['N', 'Der Exit-Code des Programms selbst.'],
      ['125', 'Das Programm wurde nicht gestartet.'],
      NOT_UNDERSTOOD,
    ],
  },
  compare: {
    summary: 'Zwei Aufnahmen oder Läufe nebeneinander, und warum sie abweichen',
    about:
      'A und B sind je eines von: eine Aufnahme; ein Export (sein neuester Lauf) oder EXPORT#ID; ein Lauf in der Ablage ' +
      'als "last", "run:ID" oder "settings:WIDTHxHEIGHTxBATCH".',
    options: { 'data-dir': DATA_DIR, json: JSON_OBJECT },
    examples: [
      ['headroom compare a.ndjson b.ndjson', 'zwei Aufnahmen'],
      ['headroom compare last script.ndjson', 'der letzte Lauf der WebUI und ein Skript'],
    ],
    exitCodes: [['0', 'Beide sind da.'], ['1', 'Eines fehlt oder ist keine Aufzeichnung.'], NOT_READ],
  },
  export: {
    summary: 'Alle Läufe in eine Datei schreiben',
    about:
      'Schreibt jeden Lauf der Ablage als NDJSON: zur Sicherung oder für einen anderen Rechner. Ohne FILE: auf stdout.',
    options: { force: 'FILE ersetzen.', 'data-dir': DATA_DIR },
    examples: [
      ['headroom export runs.ndjson', 'eine Sicherung'],
      ['headroom export | gzip > runs.ndjson.gz', 'komprimiert'],
    ],
    exitCodes: [['0', 'Alle Läufe wurden geschrieben.'], ['1', 'Nicht alle.'], NOT_UNDERSTOOD],
  },
  import: {
    summary: 'Die Läufe eines Exports übernehmen',
    about:
      'Fügt die Läufe aus FILE hinzu. Sie sind als importiert gekennzeichnet und zählen weniger als Läufe dieses ' +
      'Rechners.',
    options: { own: 'FILE ist eine Sicherung von diesem Rechner: Die Läufe zählen voll.', 'data-dir': DATA_DIR },
    examples: [
      ['headroom import theirs.ndjson', 'Läufe eines anderen Rechners'],
      ['headroom import --own runs.ndjson', 'die eigene Sicherung'],
    ],
    exitCodes: [['0', 'Alle Zeilen wurden übernommen.'], ['1', 'Nicht alle.'], NOT_READ],
  },
  forget: {
    summary: 'Importierte Läufe entfernen',
    about: 'Entfernt die Läufe, die Importe brachten. Läufe dieses Rechners bleiben.',
    options: {
      imported: 'Muss angegeben werden: Etwas anderes wird nicht entfernt.',
      key: 'Nur von dieser Konfiguration: ihr Schlüssel oder sein Anfang. Vorgabe: von allen.',
      'data-dir': DATA_DIR,
    },
    examples: [['headroom forget --imported', 'alle importierten Läufe']],
    exitCodes: [['0', 'Sie sind entfernt.'], ['1', 'Die Ablage ist nicht beschreibbar.'], NOT_UNDERSTOOD],
  },
  serve: {
    summary: 'Die Seite im Browser, ohne WebUI (mit --standalone)',
    about:
      'Mit --standalone: gibt die Adresse einer Seite aus, die den Speicher laufend zeigt und Fehler erklärt. Strg+C ' +
      'beendet. Ohne: der Sidecar, wie die WebUI ihn startet. Er liest ein Token aus 64 Hexadezimalziffern von stdin, ' +
      'lauscht auf 127.0.0.1 und endet mit stdin.',
    options: {
      standalone: 'Für den eigenen Browser, ohne WebUI.',
      'data-dir': DATA_DIR,
      'nvidia-smi': SMI,
      'parent-pid': 'Mit diesem Prozess enden.',
      'webui-id': 'Macht weiter mit dem, was ein früherer Sidecar derselben WebUI hinterließ.',
    },
    examples: [['headroom serve --standalone', 'eine eigene Seite']],
    exitCodes: [['0', 'Es sollte enden.'], NOT_UNDERSTOOD],
  },
  completion: {
    summary: 'Vervollständigung für die Shell',
    about:
      'Gibt ein Skript für SHELL aus: bash, zsh, fish oder powershell. Dort laden, wo die Shell startet. Es ' +
      'vervollständigt einen Befehl namens headroom, etwa einen Alias für "node EXTENSION/dist/headroom.mjs".',
    options: {},
    examples: [
      ['eval "$(headroom completion bash)"', 'in ~/.bashrc'],
      ['eval "$(headroom completion zsh)"', 'in ~/.zshrc, nach compinit'],
      ['headroom completion fish | source', 'in ~/.config/fish/config.fish'],
      ['headroom completion powershell | Out-String | iex', 'in $PROFILE'],
    ],
    exitCodes: [['0', 'Es wurde ausgegeben.'], NOT_UNDERSTOOD],
  },
  man: {
    summary: 'Das Handbuch',
    about: 'Gibt das Handbuch aller Befehle aus. Im Terminal als Text; sonst als Quelltext einer Manpage.',
    options: { source: 'Den Quelltext der Manpage, auch im Terminal.' },
    examples: [
      ['headroom man', 'lesen'],
      ['headroom man > headroom.1', 'eine Datei für "man ./headroom.1"'],
    ],
    exitCodes: [['0', 'Es wurde ausgegeben.'], NOT_UNDERSTOOD],
  },
} satisfies Readonly<Record<string, VerbHelp>>;

export const WHAT_HEADROOM_DOES: string = 'Vor dem Generieren wissen, wie viel VRAM ein Bild braucht.';

/** Headings of the help. */
export const HELP_HEADINGS: Readonly<
  Record<'usage' | 'options' | 'commands' | 'arguments' | 'examples' | 'exitCodes' | 'name' | 'description', string>
> = {
  usage: 'Aufruf:',
  options: 'Optionen:',
  commands: 'Befehle:',
  arguments: 'Argumente:',
  examples: 'Beispiele:',
  exitCodes: 'Exit-Codes:',
  name: 'Name:',
  description: 'Beschreibung:',
};

export const HELP_OPTION: string = 'Diese Hilfe zeigen.';
export const VERSION_OPTION: string = 'Die Version zeigen.';

/** Of an option that chooses an operation. */
export function operationOptionInWords(operation: string): string {
  return `Für ${operation} statt txt2img.`;
}

/** Behind the list of verbs. */
export const HELP_OF_A_VERB: string = '"headroom COMMAND --help" erklärt einen, mit Beispielen.';

/** Behind what is wrong with an order. `verb`: null where none was understood. */
export function seeHelpInWords(verb: string | null): string {
  return verb === null ? 'Siehe headroom --help.' : `Siehe headroom ${verb} --help.`;
}
