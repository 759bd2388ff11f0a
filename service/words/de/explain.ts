/** What is told of an out-of-memory text. */
import type {
  BareRemedy,
  Cause,
  ErrorKind,
  ErrorPhase,
  ExplainedText,
  Layer,
  PricedFor,
  Pricing,
  TextRemedy,
  ToldExplanation,
  ToldTensor,
  Unpriced,
} from '../../protocol/explanation.ts';
import { flagsOf, othersMiBIn, savesOfCard } from '../explained.ts';
import { priceInWords, remedyInWords } from './advice.ts';
import { decimal, formatSettings, MIB_PER_GIB, withComma } from './amounts.ts';
import { OPERATION_NAMES } from './names.ts';

export const NOT_AN_ERROR: string =
  'Dieser Text enthält keinen lesbaren Speicherfehler. Die Zeilen von "Traceback" bis zum Fehler einfügen, oder die ' +
  'Zeile mit "out of memory".';
/** In the tab. */
export const EXPLAIN: string = 'Fehler erklären';
export const ERROR_TEXT: string = 'Fehlertext';
export const PASTE_AN_ERROR: string =
  'Einen Speicherfehler (out of memory) einfügen, aus der Konsole oder von unter einem Bild.';
export const EXPLAIN_IT: string = 'Erklären';
export const NO_ERROR_THERE: string = 'Nichts gefunden';
/** Eines Logs. */
export const CUT_TEXT: string = 'nur die letzten 16 MiB des Texts wurden gelesen, denn er ist länger.';

export const WAITS_FOR_TEXT: string =
  'Den Fehlertext einfügen und mit Strg+D beenden (unter Windows Strg+Z und Enter). Oder eine Datei nennen: headroom ' +
  'explain FILE.';

const KINDS: Readonly<Record<ErrorKind, string>> = {
  cuda: 'Auf der Grafikkarte ging der Speicher aus (CUDA).',
  hip: 'Auf der Grafikkarte ging der Speicher aus (HIP, AMD).',
  xpu: 'Auf der Grafikkarte ging der Speicher aus (XPU, Intel).',
  mps: 'PyTorch erreichte seine Grenze am Speicher dieses Mac (MPS).',
  directml: 'Auf der Grafikkarte ging der Speicher aus (DirectML).',
  'host-ram': 'Auf dem Rechner ging der Speicher aus: das RAM, nicht der Speicher der Karte.',
  'webui-attention': 'Die Attention der WebUI fand selbst für ihre kleinsten Stücke zu wenig freien Speicher.',
  cublas: 'cuBLAS ist gescheitert.',
  cudnn: 'cuDNN ist gescheitert.',
  nan: 'Das Ergebnis war nirgends eine Zahl (NaN).',
  unknown: 'Der Speicher ging aus; der Text sagt nicht, welcher.',
};

const PHASES: Readonly<Record<ErrorPhase, string>> = {
  loading: 'beim Laden oder Verschieben von Gewichten',
  prompts: 'beim Kodieren der Prompts',
  encode: 'beim Kodieren des Bilds',
  sampling: 'beim Sampling',
  upscale: 'beim Upscaling für Hires fix',
  hires_sampling: 'beim Sampling des zweiten Durchgangs von Hires fix',
  decode: 'beim Dekodieren des Bilds',
};

const LAYERS: Readonly<Record<Layer, string>> = {
  'self-attention scores': 'die Score-Matrizen der Self-Attention',
  'cross-attention scores': 'die Score-Matrizen der Cross-Attention',
  'autoencoder attention scores': 'die Score-Matrix der Attention im Autoencoder',
  'attention part': 'ein Teil des Ergebnisses der Attention',
  'attention accumulator': 'ein Akkumulator der Attention',
  'feed-forward': 'eine Feed-Forward-Schicht',
  'joined with skip': 'eine Feature-Map mit ihrer Skip-Verbindung',
  'feature map': 'eine Feature-Map',
  pictures: 'Bilder',
  latents: 'Latents',
  prompts: 'was die Prompts ergaben',
  'weights in another order': 'eine Kopie von Gewichten in anderer Reihenfolge',
};

/** Headed lines: what happened, the figures, the tensor, the cause. */
export function explanationInWords({
  reading,
  tensor,
  cause,
}: ToldExplanation): readonly (readonly [string, string])[] {
  const where = reading.phase === null ? '' : ` Das war ${PHASES[reading.phase]}.`;
  const lines: (readonly [string, string])[] = [['Fehler', `${KINDS[reading.kind]}${where}`]];
  const figures = figuresInWords(reading);
  if (figures !== '') lines.push(['Zahlen', figures]);
  if (tensor !== null) lines.push(['Tensor', tensorInWords(tensor)]);
  lines.push(['Ursache', causeInWords(cause)]);
  if (reading.errors > 1)
    lines.push([
      'Hinweis',
      `Der Text enthält ${reading.errors} Fehler: Gelesen wurde der letzte von denen mit den meisten Zahlen.`,
    ]);
  return lines;
}

/** The same of a pasted text, and what helps, a line each. */
export function explainedInWords(told: ExplainedText): readonly (readonly [string, string])[] {
  const helps = told.remedies.map((one) => ['Was hilft', textRemedyInWords(one)] as const);
  return [...explanationInWords(told), ...helps, ...pricingInWords(told.pricing)];
}

function pricingInWords(pricing: Pricing): readonly (readonly [string, string])[] {
  if (pricing.ok) return [['Preis', pricedForInWords(pricing.value)]];
  const why = UNPRICED[pricing.reason];
  return why === null ? [] : [['Preis', why]];
}

function pricedForInWords({ settings, family, attention, vramMode, unet, vae, assumed, own }: PricedFor): string {
  const flags = flagsOf({ vramMode, unet, vae });
  const setUp = [family, `Attention ${attention}`, flags.length === 0 ? 'keine Speicheroption' : flags.join(' ')];
  const notTold = [
    ...(assumed.length === 0 ? [] : [' Der Text nennt keine Attention: Es ist die, die die WebUI von sich aus nimmt.']),
    ...(own.length === 0
      ? []
      : [` Nicht im Text, darum wie in deiner WebUI: ${own.map((part) => PARTS[part]).join(', ')}.`]),
  ];
  return `Für ${OPERATION_NAMES[settings.operation]} ${formatSettings(settings)}; ${setUp.join(', ')}. Was von so viel bis so viel spart, genügt allein.${notTold.join('')}`;
}

const PARTS: Readonly<Record<PricedFor['own'][number], string>> = {
  family: 'die Art des Netzes',
  attention: 'die Attention',
  flags: 'die Startoptionen',
};

/** null: nothing that more text would mend. */
const UNPRICED: Readonly<Record<Unpriced, string | null>> = {
  settings:
    'Nicht bekannt: Der Text nennt keine Größe. Die Parameter des Bilds dazu einfügen ("Size: 512x768, ..."), oder ' +
    'die Zeile "Arguments:" der Konsole.',
  family:
    'Nicht bekannt: Der Text nennt die Art des Netzes nicht. Die Zeile "Creating model from config:" der Konsole ' +
    'dazu einfügen.',
  flags:
    'Nicht bekannt: Der Text sagt nicht, wie die WebUI gestartet wurde. Die Zeile "Launching Web UI with ' +
    'arguments:" der Konsole dazu einfügen.',
  figures: null,
  kind: null,
  'other-webui':
    'Nicht bekannt: Es ist ein anderes Programm, oder es hat Startoptionen, deren Wirkung nicht bekannt ist.',
  networks: 'Nicht bekannt: Was diese Netze mit diesen Startoptionen belegen, ist nicht bekannt.',
  fits:
    'Nicht bekannt: Nach dem, was der Text sagt, passen diese Einstellungen auf die Karte. Etwas anderes hat ' +
    'Speicher belegt, ControlNet zum Beispiel, oder andere Einstellungen sind gescheitert.',
  'nothing-enough': 'Nichts, dessen Wirkung bekannt ist, genügt für diese Einstellungen auf dieser Karte.',
};

const TEXT_REMEDIES: Readonly<Record<BareRemedy['code'], string>> = {
  'close-programs': 'Andere Programme schließen, oder andere Prozesse von diesem.',
  'paging-file': 'Windows eine größere Auslagerungsdatei geben, oder schließen, was RAM belegt.',
  'raise-limit': 'Die Grenze anheben, die für den Speicher von PyTorch gesetzt ist.',
  'expandable-segments': 'PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True setzen, bevor die WebUI startet.',
  'restart-webui': 'Die WebUI neu starten: Der Cache von PyTorch ist dann in einem Stück.',
  'vram-mode': 'Die WebUI mit --medvram starten: Nur das Netz, das gerade rechnet, liegt auf der Karte.',
  'tiled-vae': 'Den VAE in Kacheln arbeiten lassen (eine Erweiterung, oder eine Option mancher WebUI).',
  attention:
    'Die Attention von sdp oder xformers berechnen lassen, falls eine andere an ist: Sie halten keine ganzen Matrizen.',
  'smaller-hires': 'Hires fix weniger vergrößern lassen.',
  'smaller-size': 'Das Bild kleiner machen, oder weniger auf einmal, wo die Batch-Größe über 1 liegt.',
  'float-vae':
    'Die WebUI mit --no-half-vae starten: Der VAE rechnet mit 32 Bit. Das braucht mehr Speicher auf der Karte.',
  'revert-vae': '"Automatically revert VAE to 32-bit floats" unter Settings > VAE einschalten, wo es aus ist.',
  'float-unet':
    'Die WebUI mit --no-half starten: Alles rechnet mit 32 Bit. Das braucht etwa doppelt so viel Speicher auf der Karte.',
  'upcast-attention': '"Upcast cross attention layer to float32" unter Settings > Stable Diffusion einschalten.',
  'fewer-checkpoints':
    'Einen Checkpoint im Speicher halten, wo es mehrere sind: "Maximum number of checkpoints loaded at the same time" 1 unter Settings > ' +
    'Stable Diffusion.',
  tcmalloc:
    'TCMalloc laden lassen (webui.sh tut es, wo es installiert ist: libgoogle-perftools4 oder gperftools): glibc gibt ' +
    'nicht alles zurück, was freigegeben wurde. "headroom doctor" sagt, ob es geladen ist.',
};
function textRemedyInWords(remedy: TextRemedy): string {
  if (remedy.priced !== null) return remedyInWords(remedy.priced);
  const { code, savesMiB, picture, restart } = remedy;
  const saves = savesMiB === null ? 'Ersparnis unbekannt' : `spart bis zu ${amount(savesMiB)}`;
  const price = savesOfCard(remedy) ? [saves] : [];
  return `${TEXT_REMEDIES[code]} ${priceInWords(price, { seconds: null, picture, restart })}`;
}

function figuresInWords(reading: ToldExplanation['reading']): string {
  const figures: readonly (readonly [string, number | null])[] = [
    ['verlangt', reading.triedMiB],
    ['frei', reading.freeMiB],
    ['insgesamt', reading.totalMiB],
    ['in Tensoren', reading.allocatedMiB],
    ['von PyTorch reserviert', reading.reservedMiB],
    ['von diesem Prozess', reading.processMiB],
    ['von anderen', othersMiBIn(reading)],
    ['erlaubt', reading.capMiB],
  ];
  const told = figures.flatMap(([name, mib]) => (mib === null ? [] : [`${name} ${amount(mib)}`]));
  return told.join(', ');
}

export function tensorInWords(tensor: NonNullable<ToldExplanation['tensor']>): string {
  const [first, ...rest] = [tensor, ...tensor.others].map(nameInWords);
  if (tensor.certain) return `${first}.`;
  const others =
    rest.length === 0
      ? ''
      : `, oder ${rest.slice(0, 3).join(', oder ')}${rest.length > 3 ? `, oder eines von ${rest.length - 3} weiteren` : ''}`;
  return `Nach der Größe vermutlich ${first}${others}.`;
}

function nameInWords({ layer, latent: [height, width], batch, slices, dtype }: ToldTensor): string {
  const cut = slices === 1 ? '' : `, in ${slices} Stücken`;
  return (
    `${LAYERS[layer]} bei ${width}x${height} Latents (${width * 8}x${height * 8} Pixel), Batch ${batch}, ` +
    `${dtype}${cut}`
  );
}

export function causeInWords(cause: Cause): string {
  switch (cause.code) {
    case 'fragmentation':
      return (
        `Fragmentierung: Mit ${amount(cause.freeMiB)} frei und ${amount(cause.unallocatedMiB)} ungenutzt im Cache von ` +
        'PyTorch war genug da, aber in Stücken.'
      );
    case 'other-program':
      return (
        `Ein anderes Programm oder ein anderer Prozess von diesem: ${amount(cause.othersMiB)} waren weder frei noch ` +
        'von PyTorch belegt. Ohne das wäre für das Verlangte Platz gewesen.'
      );
    case 'cap':
      return `Eine Grenze: PyTorch darf hier höchstens ${amount(cause.capMiB)} haben, egal, wie viel die Karte hat.`;
    case 'leak-or-kept':
      return `Von vorher behalten: Im Ruhezustand waren ${amount(cause.keptMiB)} mehr belegt, als die Gewichte brauchen.`;
    case 'commit-limit':
      return cause.freeMiB === null
        ? 'Das Commit-Limit von Windows: RAM und Auslagerungsdatei sind zusammen aufgebraucht, egal, was der ' +
            'Task-Manager als frei zeigt.'
        : `Die Karte hatte ${amount(cause.freeMiB)} frei und lehnte trotzdem ab: Meist ist das Commit-Limit von ` +
            'Windows (RAM und Auslagerungsdatei zusammen) aufgebraucht.';
    case 'plain-size':
      return cause.missingMiB === null || cause.missingMiB < 1
        ? 'Schlicht die Größe: Die Karte war voll.'
        : `Schlicht die Größe: Mindestens ${amount(cause.missingMiB)} mehr wären nötig gewesen.`;
    case 'attention-not-sliced':
      return `Die Attention verlangte alle Scores auf einmal, ${amount(cause.scoresMiB)}.`;
    case 'nan-precision':
      return 'Genauigkeit: Zahlen, die für 16 Bit zu groß sind. An Speicher fehlt es nicht.';
    case 'library-not-loaded':
      return 'Die Bibliothek ließ sich nicht einrichten: Meist hatte die Karte keinen Speicher mehr für sie.';
    case 'unknown':
      return 'Nicht bekannt: Nichts im Text würde es verraten.';
  }
}

function amount(mib: number): string {
  return mib < MIB_PER_GIB
    ? `${withComma(String(Math.round(mib * 100) / 100))} MiB`
    : `${decimal(mib / MIB_PER_GIB, 2)} GiB`;
}
