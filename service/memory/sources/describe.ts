import type { SourceReason } from '../../protocol/viewer.ts';

/** What happened and what to do, for people. */
export function describeReason(reason: SourceReason): string {
  switch (reason) {
    case 'not-started':
      return 'nvidia-smi could not be started: as a rule too many files or processes are open on this machine, or its memory is full. Headroom tries again; close something, or raise the limit (ulimit).';
    case 'driver-missing':
      return 'No NVIDIA driver answers: nvidia-smi was not found or cannot reach the driver. Install or start the driver.';
    case 'driver-mismatch':
      return 'The NVIDIA driver was updated and not yet restarted: its library and its kernel module differ. Restart the machine.';
    case 'no-devices':
      return 'The NVIDIA driver runs but sees no card. In a container, pass the GPU to it.';
    case 'gpu-lost':
      return 'A card is lost to its driver (it fell off the bus or needs a reset). Restart the machine; if it happens again, check its power and cooling.';
    case 'unknown-field':
      return 'This nvidia-smi does not know the fields that Headroom asks for. Update the NVIDIA driver.';
    case 'no-permission':
      return 'This user may not run nvidia-smi, or the driver refuses it the memory figures (usual inside containers and with MIG). Run where nvidia-smi shows them.';
    case 'not-available':
      return 'The driver gives no memory figures for this card.';
    case 'bad-output':
      return 'nvidia-smi answered with something that is not a table of devices. "headroom doctor --replay FILE" tells more about a saved output.';
    case 'hung':
      return 'The source of the memory figures (nvidia-smi, for a card) does not answer. Headroom waits for it and starts no second one.';
    case 'no-memory-figures':
      return "The driver tells nvidia-smi no memory figures for this card, as a rule because it shares the processor's memory (GB10, Orin, Thor). Where torch in the WebUI can tell them, these serve.";
    case 'no-host':
      return "The WebUI's process is gone, or its memory cannot be read.";
  }
}

/**
 * Why torch's own figures are shown, and what they lack. @param reason null where nvidia-smi shows cards, and none that
 * is known to be this one.
 */
export function describeTorch(reason: SourceReason | null, listsPrograms: boolean): string {
  const why =
    reason === null
      ? 'nvidia-smi shows no card that is known to be this one.'
      : reason === 'no-memory-figures'
        ? 'nvidia-smi has no memory figures for this card.'
        : describeReason(reason);
  const lacks = listsPrograms ? '' : ', and not which programs use the rest';
  return `${why} What torch itself reads serves instead: once a second${lacks}.`;
}
