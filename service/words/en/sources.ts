/** What is told of where the memory figures come from. */
import type { SourceReason, SourceRemark, Unmatched } from '../../protocol/source.ts';
import type { Told } from '../told.ts';

/** What happened, and what to do. */
const REASONS: Readonly<Record<SourceReason, Told>> = {
  'not-started': [
    'The tool that reads the memory could not be started.',
    'It is nvidia-smi, for an NVIDIA card. As a rule too many files or processes are open on this machine, or its ' +
      'memory is full. Headroom tries again; close something, or raise the limit (ulimit).',
  ],
  'driver-missing': [
    "The card's driver does not answer.",
    'Its tool (nvidia-smi, for an NVIDIA card) was not found or cannot reach it. Install or start the driver.',
  ],
  'driver-mismatch': [
    "The card's driver was updated and not yet restarted: restart the machine.",
    'Its library and its kernel module differ.',
  ],
  'no-devices': ["The card's driver runs but sees no card.", 'In a container, pass the GPU to it.'],
  'gpu-lost': [
    'A card is lost to its driver: restart the machine.',
    'It fell off the bus or needs a reset. If it happens again, check its power and cooling.',
  ],
  'unknown-field': [
    "The driver's tool does not know the fields that Headroom asks for: update the driver.",
    'It is nvidia-smi, for an NVIDIA card.',
  ],
  'no-permission': [
    "This user may not read the card's memory.",
    "The driver's tool (nvidia-smi, for an NVIDIA card) may not be run, or it is refused the memory figures, as is " +
      'usual inside containers and with MIG. Run where that tool shows them.',
  ],
  'not-available': ['The driver gives no memory figures for this card.'],
  'bad-output': [
    "The driver's tool answered with something that is not a table of devices.",
    'It is nvidia-smi, for an NVIDIA card. "headroom doctor --replay FILE" tells more about a saved output.',
  ],
  hung: [
    'The source of the memory figures does not answer.',
    'It is nvidia-smi, for an NVIDIA card. Headroom waits for it and starts no second one.',
  ],
  'no-memory-figures': [
    'The driver tells no memory figures for this card.',
    "As a rule because it shares the processor's memory (GB10, Orin, Thor). Where torch in the WebUI can tell them, " +
      'these are taken.',
  ],
  'no-host': ["The WebUI's process is gone, or its memory cannot be read."],
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
      return [`${remark.unread} of ${remark.cards} cards cannot be read (${remark.reason}); the others can.`];
    case 'torch-serves': {
      const [cause, ...more] = whyTorch(remark.reason);
      const instead =
        "torch's own figures are taken instead: once a " +
        `second${remark.listsPrograms ? '' : ', and not which programs use the rest'}.`;
      return [cause, ...more, instead];
    }
    case 'no-source':
      return [`The WebUI computes by ${remark.backend}, and Headroom has no source of memory figures for that.`];
  }
}

function whyTorch(reason: SourceReason | null): Told {
  if (reason === null) return ['The driver shows no card that is known to be this one.'];
  return reason === 'no-memory-figures' ? ['The driver has no memory figures for this card.'] : REASONS[reason];
}

export function unmatchedInWords(unmatched: Unmatched): string {
  return unmatchedTold(unmatched).join(' ');
}

export function unmatchedTold(unmatched: Unmatched): Told {
  if (unmatched.code === 'several')
    return [
      `There are ${unmatched.alike} cards named ${unmatched.name}, and which one the WebUI computes on is not told.`,
      'Nothing is read and nothing estimated. Update torch or the NVIDIA driver: newer ones tell the UUID of the ' +
        'card, by which it is known.',
    ];
  return [
    `The WebUI computes on ${unmatched.name}, which is none of the devices that are seen.`,
    `Those are: ${unmatched.seen.join(', ')}. Nothing is read and nothing estimated. If the WebUI runs in a ` +
      "container or on a part of a card, let the driver's tool (nvidia-smi, for an NVIDIA card) show the same device there.",
  ];
}
