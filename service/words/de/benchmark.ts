/** What is told of benchmarks: how one goes and ended, and why one cannot be. */
import type { Doing, Ending, LeftOut, NotReached, Refusal } from '../../protocol/benchmark.ts';
import type { RunProblem } from '../../protocol/host.ts';
import type { Because } from '../../protocol/shim.ts';
import type { GenerationSettings } from '../../protocol/settings.ts';
import { runsInWords, withComma } from './amounts.ts';
import { findingInWords } from './calibration.ts';
import { inabilityInWords } from './hosts.ts';
import { OPERATION_NAMES } from './names.ts';
import { reasonInWords } from './sources.ts';

const KEPT = 'Was gemessen wurde, bleibt erhalten, und von da geht es weiter.';
const NO_REASON = 'kein Grund angegeben';
const MOST_OF_AN_ERROR = 300;
const MOST_OF_A_REASON = 200;

const RUNNING = {
  another: 'Ein Benchmark läuft schon. Erst abbrechen oder warten, bis er fertig ist.',
  this: 'Ein Benchmark läuft schon.',
  'a-change': 'Ein Benchmark läuft. Erst abbrechen.',
};

export function refusalInWords(refusal: Refusal): string {
  switch (refusal.code) {
    case 'running':
      return RUNNING[refusal.wanted];
    case 'no-webui':
      return 'Die WebUI ist nicht verbunden: Ein Benchmark hat nichts, worauf er laufen kann.';
    case 'no-checkpoint':
      return findingInWords({ code: 'no-checkpoint' });
    case 'nothing-to-resume':
      return 'Für die jetzige Konfiguration gibt es keinen Benchmark, der weitergehen könnte.';
    case 'nothing-to-discard':
      return 'Es gibt keinen Benchmark zu verwerfen.';
    case 'nothing-to-cancel':
      return 'Es läuft kein Benchmark.';
    case 'running-elsewhere':
      return (
        'Eine andere WebUI mit demselben Datenordner lässt einen Benchmark derselben Konfiguration laufen. Warten, bis ' +
        'er endet, oder dort abbrechen; eine geschlossene oder abgestürzte stört nach ' +
        `${withComma(String(refusal.holdMs / 1000))} Sekunden nicht mehr.`
      );
    case 'unable':
      return inabilityInWords(refusal.why);
    case 'no-figures':
      return (
        'Ein Benchmark würde hier nichts messen: Der Speicher des Geräts ist unbekannt. ' +
        `${reasonInWords(refusal.reason)}`
      );
    case 'too-soon':
      return (
        `${refusal.most} Benchmarks wurden innerhalb einer Minute gestartet. In ` +
        `${Math.ceil(refusal.waitMs / 1000)} Sekunden noch einmal versuchen.`
      );
    case 'only-the-webui-restarts':
      return 'Nur die WebUI kann den Sidecar neu starten.';
  }
}

export function endingInWords(ending: Ending): string {
  switch (ending.code) {
    case 'cancelled':
      return `Der Benchmark wurde abgebrochen. ${KEPT}`;
    case 'interrupted':
      return `"Interrupt" in der WebUI hat den Benchmark angehalten. ${KEPT}`;
    case 'host-gone':
      return `Die WebUI verschwand mitten im Benchmark. ${KEPT}`;
    case 'key-changed':
      return (
        'Der Checkpoint oder eine Einstellung, die den Speicher verändert, wurde mitten im Benchmark gewechselt, daher ' +
        'wurde er angehalten. Die Läufe bis dahin bleiben bei der früheren Konfiguration: zurückwechseln, um ' +
        'weiterzumachen.'
      );
    case 'lost':
      return (
        'Eine andere WebUI mit demselben Datenordner hat den Benchmark übernommen oder seine Läufe vergessen, daher ' +
        'wurde er hier angehalten.'
      );
    case 'cut-off':
      return ending.kept
        ? `Der Sidecar endete mitten im Benchmark. ${KEPT}`
        : 'Der Sidecar endete mitten im Benchmark, noch ehe ein Lauf fertig war. Den Benchmark noch einmal starten.';
    case 'too-long':
      return (
        `Ein Lauf endete nicht innerhalb von ${Math.round(ending.limitMs / 60_000)} Minuten, daher wurde der Benchmark ` +
        'angehalten. Was gemessen wurde, bleibt erhalten; in die Konsole der WebUI sehen, dann weitermachen.'
      );
    case 'failed-runs':
      return (
        `Die WebUI konnte nicht generieren, ${ending.count}-mal nacheinander: ` +
        `${problemInWords(ending.problem).slice(0, MOST_OF_AN_ERROR)}${keptOf(ending)}`
      );
    case 'refused':
      return `Die WebUI konnte den Benchmark nicht ausführen: ${problemInWords(ending.problem)}${keptOf(ending)}`;
    case 'finished':
      return finishedInWords(ending);
  }
}

function keptOf({ kept }: { readonly kept: boolean }): string {
  return kept ? ` ${KEPT}` : '';
}

type Finished = Extract<Ending, { code: 'finished' }>;

const FINISHED: Readonly<Record<Finished['why'], (runs: string, enough: string) => string>> = {
  'all-runs': (runs) => `Der Benchmark ist fertig: ${runs} nach dem Aufwärmen.`,
  enough: (runs, enough) =>
    `Der Benchmark ist fertig: ${runs} nach dem Aufwärmen ${enough}. Die Netze des Checkpoints sind bekannt, und was ` +
    'lief, entspricht der Berechnung: Mehr würde an der Grenze kein Urteil ändern.',
  probe: (runs) => `Diese Karte wurde gemessen: ${runs}.`,
};

function finishedInWords({ why, runs, marked, leftOut, notReached }: Finished): string {
  const aside =
    marked === 0
      ? []
      : [
          `${marked} davon ${marked === 1 ? 'zählt' : 'zählen'} nicht, weil etwas anderes inzwischen das Gerät ` +
            'benutzte; die Tabelle der Läufe zeigt, welche.',
        ];
  return [
    FINISHED[why](runsInWords(runs), runs === 1 ? 'genügte' : 'genügten'),
    ...aside,
    ...leftOut.map(leftOutInWords),
    ...(notReached === null ? [] : [notReachedInWords(notReached)]),
  ].join(' ');
}

function leftOutInWords({ what, problem }: LeftOut): string {
  const lacking =
    what === 'caps'
      ? 'Der Speicher eines Laufs lässt sich hier nicht begrenzen, daher ist das Benötigte weniger genau bekannt'
      : `${OPERATION_NAMES[what]}: ließ sich nicht ausführen und wurde ausgelassen`;
  return `${lacking} (${problemInWords(problem).slice(0, MOST_OF_A_REASON).replace(/\.$/, '')}).`;
}

function notReachedInWords({ asked: { maxSizePx, maxBatchSize }, most }: NotReached): string {
  const asked = `${maxSizePx} x ${maxSizePx} mit Batch-Größe ${maxBatchSize}`;
  return (
    `${asked} wurde nicht erreicht, vermutlich weil das Gerät den Speicher nicht hat: Der größte Lauf war ` +
    `${sizeInWords(most)}, und Schätzungen darüber sind gekennzeichnet.`
  );
}

function sizeInWords({ width, height, batchSize, hires }: GenerationSettings): string {
  return `${hires?.width ?? width} x ${hires?.height ?? height} mit Batch-Größe ${batchSize}`;
}

function problemInWords(problem: RunProblem): string {
  switch (problem.code) {
    case 'told':
      return problem.text ?? NO_REASON;
    case 'refused':
      return refusedInWords(problem.because, problem.detail);
    case 'hires-target':
      return 'Hires fix der WebUI kann diese Zielgröße nicht erreichen.';
    case 'not-with-inpainting':
      return `Mit einem Inpainting-Checkpoint kann die WebUI ${OPERATION_NAMES[problem.operation]} nicht ausführen.`;
    case 'no-upscaler': {
      const { upscaler, operation } = problem;
      const named = upscaler === null ? '' : ` "${upscaler}"`;
      return `Diese WebUI hat keinen Upscaler${named} für ${OPERATION_NAMES[operation]}.`;
    }
  }
}

function refusedInWords(because: Because, detail: string | null): string {
  switch (because) {
    case 'busy':
      return 'Die WebUI generiert gerade.';
    case 'no-model':
      return 'Kein Checkpoint ist geladen. In der WebUI einen wählen oder ein Bild generieren.';
    case 'no-processing':
      return 'Diese WebUI hat keine Warteschlange oder kein processing-Modul, das Headroom kennt.';
    case 'no-counters':
      return 'PyTorch kann den Speicher des Geräts dieser WebUI nicht begrenzen.';
    case 'cap-refused':
      return `PyTorch lehnt die Grenze ab: ${detail ?? NO_REASON}`;
    case 'cancelled':
      return 'Der Lauf wurde abgebrochen, bevor er begann.';
    case 'interrupted':
      return 'In der WebUI wurde "Interrupt" gedrückt.';
    case 'shim-failed':
      return `${detail ?? 'Ein Fehler'} im Shim`;
  }
}

export function doingInWords(doing: Doing): string {
  switch (doing.code) {
    case 'warming-up':
      return 'Der erste Lauf lädt Bibliotheken und zählt nicht.';
    case 'running':
      return doing.leftOut.map(leftOutInWords).join(' ');
    case 'stopping':
      return 'Hält nach dem jetzigen Schritt an.';
    case 'waiting':
      return 'Wartet, bis die WebUI fertig ist mit dem, was sie tut.';
    case 'planning':
      return '';
  }
}
