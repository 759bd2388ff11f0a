/** What is told of where the memory figures come from. */
import type { SourceReason, SourceRemark, Unmatched } from '../../protocol/source.ts';
import type { Told } from '../told.ts';

/** What happened, and what to do. */
const REASONS: Readonly<Record<SourceReason, Told>> = {
  'not-started': [
    'Das Werkzeug, das den Speicher liest, ließ sich nicht starten.',
    'Bei einer NVIDIA-Karte ist das nvidia-smi. Meist sind auf diesem Rechner zu viele Dateien oder Prozesse offen, ' +
      'oder sein Speicher ist voll. Headroom versucht es wieder; etwas schließen oder die Grenze anheben (ulimit).',
  ],
  'driver-missing': [
    'Der Treiber der Karte antwortet nicht.',
    'Sein Werkzeug (bei einer NVIDIA-Karte nvidia-smi) fehlt oder erreicht ihn nicht. Treiber installieren oder ' +
      'starten.',
  ],
  'driver-mismatch': [
    'Der Treiber der Karte wurde aktualisiert und noch nicht neu gestartet: Rechner neu starten.',
    'Seine Bibliothek und sein Kernel-Modul passen nicht zusammen.',
  ],
  'no-devices': [
    'Der Treiber läuft, sieht aber keine Karte.',
    'In einem Container muss die GPU an ihn durchgereicht werden.',
  ],
  'gpu-lost': [
    'Der Treiber hat eine Karte verloren: Rechner neu starten.',
    'Sie ist vom Bus gefallen oder braucht einen Reset. Kommt das wieder vor, Stromversorgung und Kühlung prüfen.',
  ],
  'unknown-field': [
    'Das Werkzeug des Treibers kennt die Felder nicht, nach denen Headroom fragt: Treiber aktualisieren.',
    'Bei einer NVIDIA-Karte ist das nvidia-smi.',
  ],
  'no-permission': [
    'Dieser Benutzer darf den Speicher der Karte nicht auslesen.',
    'Das Werkzeug des Treibers (bei einer NVIDIA-Karte nvidia-smi) darf nicht gestartet werden oder bekommt keine ' +
      'Speicherwerte, wie in Containern und mit MIG üblich. Dort ausführen, wo es sie zeigt.',
  ],
  'not-available': ['Der Treiber liefert für diese Karte keine Speicherwerte.'],
  'bad-output': [
    'Das Werkzeug des Treibers antwortete mit etwas, das keine Tabelle von Geräten ist.',
    'Bei einer NVIDIA-Karte ist das nvidia-smi. "headroom doctor --replay FILE" sagt mehr über eine gespeicherte ' +
      'Ausgabe.',
  ],
  hung: [
    'Die Quelle der Speicherwerte antwortet nicht.',
    'Bei einer NVIDIA-Karte ist das nvidia-smi. Headroom wartet darauf und startet kein zweites.',
  ],
  'no-memory-figures': [
    'Der Treiber nennt für diese Karte keine Speicherwerte.',
    'Meist, weil sie den Speicher mit dem Prozessor teilt (GB10, Orin, Thor). Wo torch in der WebUI sie nennt, gelten ' +
      'diese.',
  ],
  'no-host': ['Der Prozess der WebUI ist beendet, oder sein Speicher lässt sich nicht auslesen.'],
};

export function reasonInWords(reason: SourceReason): string {
  return REASONS[reason].join(' ');
}

export function remarkInWords(remark: SourceRemark): string {
  return remarkTold(remark).join(' ');
}

export function remarkTold(remark: SourceRemark): Told {
  switch (remark.code) {
    case 'failed':
      return REASONS[remark.reason];
    case 'some-unread':
      return [
        `${remark.unread} von ${remark.cards} Karten lassen sich nicht auslesen (${remark.reason}); die übrigen schon.`,
      ];
    case 'torch-serves': {
      const [cause, ...more] = whyTorch(remark.reason);
      const instead =
        'Stattdessen gelten die Werte von torch selbst: einmal pro ' +
        `Sekunde${remark.listsPrograms ? '' : ' und ohne die Programme, die den Rest belegen'}.`;
      return [cause, ...more, instead];
    }
    case 'no-source':
      return [`Die WebUI rechnet mit ${remark.backend}, und dafür hat Headroom keine Quelle von Speicherwerten.`];
  }
}

function whyTorch(reason: SourceReason | null): Told {
  if (reason === null) return ['Der Treiber zeigt keine Karte, die sicher diese ist.'];
  return reason === 'no-memory-figures' ? ['Der Treiber hat für diese Karte keine Speicherwerte.'] : REASONS[reason];
}

export function unmatchedInWords(unmatched: Unmatched): string {
  return unmatchedTold(unmatched).join(' ');
}

export function unmatchedTold(unmatched: Unmatched): Told {
  if (unmatched.code === 'several')
    return [
      `Es gibt ${unmatched.alike} Karten namens ${unmatched.name}, und nicht bekannt ist, auf welcher die WebUI rechnet.`,
      'Nichts wird ausgelesen und nichts geschätzt. torch oder den NVIDIA-Treiber aktualisieren: Neuere nennen die ' +
        'UUID der Karte, an der sie zu erkennen ist.',
    ];
  return [
    `Die WebUI rechnet auf ${unmatched.name}; das ist keines der sichtbaren Geräte.`,
    `Sichtbar sind: ${unmatched.seen.join(', ')}. Nichts wird ausgelesen und nichts geschätzt. Läuft die WebUI in ` +
      'einem Container oder auf einem Teil einer Karte, muss das Werkzeug des Treibers (bei einer NVIDIA-Karte ' +
      'nvidia-smi) dort dasselbe Gerät zeigen.',
  ];
}
