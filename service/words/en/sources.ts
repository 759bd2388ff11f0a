/** What is told of where the memory figures come from. */
import type { SourceReason, SourceRemark, Unmatched } from '../../protocol/source.ts';

/** What happened and what to do, for people. */
export function reasonInWords(reason: SourceReason): string {
  switch (reason) {
    case 'not-started':
      return (
        'The tool that reads the memory (nvidia-smi, for an NVIDIA card) could not be started: as a rule too ' +
        'many files or processes are open on this machine, or its memory is full. Headroom tries again; close ' +
        'something, or raise the limit (ulimit).'
      );
    case 'driver-missing':
      return (
        "The card's driver does not answer: its tool (nvidia-smi, for an NVIDIA card) was not found or cannot " +
        'reach it. Install or start the driver.'
      );
    case 'driver-mismatch':
      return (
        "The card's driver was updated and not yet restarted: its library and its kernel module differ. Restart " +
        'the machine.'
      );
    case 'no-devices':
      return "The card's driver runs but sees no card. In a container, pass the GPU to it.";
    case 'gpu-lost':
      return (
        'A card is lost to its driver (it fell off the bus or needs a reset). Restart the machine; if it happens ' +
        'again, check its power and cooling.'
      );
    case 'unknown-field':
      return (
        "The driver's tool (nvidia-smi, for an NVIDIA card) does not know the fields that Headroom asks for. " +
        'Update the driver.'
      );
    case 'no-permission':
      return (
        "This user may not run the driver's tool (nvidia-smi, for an NVIDIA card), or the driver refuses it the " +
        'memory figures (usual inside containers and with MIG). Run where that tool shows them.'
      );
    case 'not-available':
      return 'The driver gives no memory figures for this card.';
    case 'bad-output':
      return (
        "The driver's tool (nvidia-smi, for an NVIDIA card) answered with something that is not a table of " +
        'devices. "headroom doctor --replay FILE" tells more about a saved output.'
      );
    case 'hung':
      return (
        'The source of the memory figures (nvidia-smi, for an NVIDIA card) does not answer. Headroom waits for ' +
        'it and starts no second one.'
      );
    case 'no-memory-figures':
      return (
        'The driver tells nvidia-smi no memory figures for this card, as a rule because it shares the ' +
        "processor's memory (GB10, Orin, Thor). Where torch in the WebUI can tell them, these serve."
      );
    case 'no-host':
      return "The WebUI's process is gone, or its memory cannot be read.";
  }
}

export function remarkInWords(remark: SourceRemark): string {
  switch (remark.code) {
    case 'failed':
      return reasonInWords(remark.reason);
    case 'some-unread':
      return `${remark.unread} of ${remark.cards} cards cannot be read (${remark.reason}); the others can.`;
    case 'torch-serves':
      return (
        `${whyTorch(remark.reason)} What torch itself reads serves instead: once a ` +
        `second${remark.listsPrograms ? '' : ', and not which programs use the rest'}.`
      );
    case 'no-source':
      return `The WebUI computes by ${remark.backend}. Headroom has no source of memory figures for that.`;
  }
}

function whyTorch(reason: SourceReason | null): string {
  if (reason === null) return 'nvidia-smi shows no card that is known to be this one.';
  return reason === 'no-memory-figures' ? 'nvidia-smi has no memory figures for this card.' : reasonInWords(reason);
}

/** What happened and what to do. */
export function unmatchedInWords(unmatched: Unmatched): string {
  if (unmatched.code === 'several')
    return (
      `There are ${unmatched.alike} cards named ${unmatched.name}, and the WebUI cannot tell which of them it ` +
      'computes on, so nothing is read and nothing estimated. Update torch or the NVIDIA driver: newer ones tell ' +
      "the card's UUID, by which it is known."
    );
  return (
    `None of the devices that are seen (${unmatched.seen.join(', ')}) could be matched to the one that the WebUI ` +
    `computes on (${unmatched.name}), so nothing is read and nothing estimated. If the WebUI runs in a container ` +
    "or on a part of a card, let the driver's tool (nvidia-smi, for an NVIDIA card) show the same device there."
  );
}
