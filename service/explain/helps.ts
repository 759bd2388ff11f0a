/**
 * What helps against an error of which the text alone is known, as far as its figures and its traceback bear that out.
 * The settings are not told, so what a change saves is known only where the text has it.
 */
import type { BareRemedy, Cause } from '../protocol/explanation.ts';
import type { ErrorReading } from './kinds.ts';
import type { TensorFound } from './tensor.ts';

export interface Facts {
  readonly reading: ErrorReading;
  readonly tensor: TensorFound | null;
  readonly cause: Cause;
}

interface Help extends Pick<BareRemedy, 'code' | 'picture' | 'restart'> {
  /** null where it does not help against that. */
  readonly against: (facts: Facts) => Pick<BareRemedy, 'savesMiB'> | null;
}

/** Less is no network that could be moved away. */
const LEAST_WEIGHTS_MIB = 1024;
const NOT_TOLD = { savesMiB: null };
const where = (helps: boolean): typeof NOT_TOLD | null => (helps ? NOT_TOLD : null);

/** The less it does to the picture the earlier, then without a restart before with one, as all remedies are ranked. */
const HELPS: readonly Help[] = [
  {
    code: 'close-programs',
    picture: 'same',
    restart: false,
    against: ({ cause }) => (cause.code === 'other-program' ? { savesMiB: cause.othersMiB } : null),
  },
  {
    code: 'paging-file',
    picture: 'same',
    restart: false,
    against: ({ cause }) => where(cause.code === 'commit-limit'),
  },
  {
    code: 'fewer-checkpoints',
    picture: 'same',
    restart: false,
    against: ({ reading }) => where(reading.kind === 'host-ram'),
  },
  { code: 'revert-vae', picture: 'same', restart: false, against: (facts) => where(isNanIn(facts, 'decode')) },
  {
    code: 'upcast-attention',
    picture: 'nearly',
    restart: false,
    against: (facts) => where(isNanIn(facts, 'sampling')),
  },
  {
    code: 'tcmalloc',
    picture: 'same',
    restart: true,
    // Memory that glibc does not give back is Linux' alone.
    against: ({ reading }) => where(reading.kind === 'host-ram' && reading.system === 'linux'),
  },
  { code: 'float-vae', picture: 'same', restart: true, against: (facts) => where(isNanIn(facts, 'decode')) },
  {
    code: 'raise-limit',
    picture: 'same',
    restart: true,
    against: ({ reading, cause }) => where(cause.code === 'cap' && isTorchsOwn(reading)),
  },
  {
    code: 'expandable-segments',
    picture: 'same',
    restart: true,
    against: ({ reading, cause }) =>
      cause.code === 'fragmentation' && hasExpandable(reading) ? { savesMiB: cause.unallocatedMiB } : null,
  },
  {
    code: 'restart-webui',
    picture: 'same',
    restart: true,
    against: ({ reading, cause }) => where(cause.code === 'fragmentation' && !hasExpandable(reading)),
  },
  { code: 'float-unet', picture: 'nearly', restart: true, against: (facts) => where(isNanIn(facts, 'sampling')) },
  { code: 'vram-mode', picture: 'same', restart: true, against: (facts) => where(hasWeightsToMove(facts)) },
  {
    code: 'tiled-vae',
    picture: 'nearly',
    restart: false,
    against: (facts) => where(isOfAutoencoder(facts.reading) && wasFull(facts)),
  },
  {
    code: 'attention',
    picture: 'nearly',
    restart: false,
    against: (facts) => (isOfScores(facts) ? { savesMiB: facts.reading.triedMiB } : null),
  },
  {
    code: 'smaller-hires',
    picture: 'smaller',
    restart: false,
    against: (facts) => where(isOfHires(facts.reading) && wasFull(facts)),
  },
  {
    code: 'smaller-size',
    picture: 'smaller',
    restart: false,
    against: (facts) => where(hangsOnSize(facts.reading) && wasFull(facts)),
  },
];

export function helpsAgainst(facts: Facts): readonly BareRemedy[] {
  return HELPS.flatMap(({ against, ...help }) => {
    const helps = against(facts);
    return helps === null ? [] : [{ ...help, ...helps, priced: null }];
  });
}

/** In a network that may be wide enough already: then more width helps nothing. */
function isNanIn({ reading: { kind, phase, inFloat } }: Facts, where: ErrorReading['phase']): boolean {
  return kind === 'nan' && phase === where && inFloat !== true;
}

function isTorchsOwn({ kind }: ErrorReading): boolean {
  return kind === 'cuda' || kind === 'hip';
}

/** From torch 2.1 on, and not on Windows. */
function hasExpandable({ kind, torch, system }: ErrorReading): boolean {
  return kind === 'cuda' && system !== 'windows' && (torch === '2.1' || torch === '2.2-or-newer');
}

/** Less of a picture would have found room. */
function wasFull({ reading, cause }: Facts): boolean {
  switch (cause.code) {
    case 'plain-size':
    case 'attention-not-sliced':
    case 'other-program':
    case 'fragmentation':
    case 'cap':
      return true;
    case 'unknown': {
      const { kind, triedMiB, freeMiB } = reading;
      // Who refuses what there is room for has another reason.
      const hadRoom = triedMiB !== null && freeMiB !== null && triedMiB < freeMiB;
      return ['cuda', 'hip', 'xpu', 'mps', 'directml', 'webui-attention'].includes(kind) && !hadRoom;
    }
    default:
      return false;
  }
}

/** What lacks is no more than what lies there in tensors; and the weights do not come and go already. */
function hasWeightsToMove({ reading: { kind, phase, allocatedMiB, frames }, cause }: Facts): boolean {
  if (cause.code !== 'plain-size' || cause.missingMiB === null || allocatedMiB === null) return false;
  if (kind === 'mps' || phase === 'prompts' || frames.includes('send_me_to_gpu')) return false;
  return allocatedMiB >= LEAST_WEIGHTS_MIB && cause.missingMiB < allocatedMiB;
}

function isOfAutoencoder({ phase }: ErrorReading): boolean {
  return phase === 'decode' || phase === 'encode';
}

function isOfHires({ phase }: ErrorReading): boolean {
  return phase === 'upscale' || phase === 'hires_sampling';
}

/** Of a second pass the first one's size is not what counts. */
function hangsOnSize(reading: ErrorReading): boolean {
  return reading.phase !== 'loading' && reading.phase !== 'prompts' && !isOfHires(reading);
}

/** Of the denoising network: other attention leaves the autoencoder's matrix whole. */
function isOfScores({ reading, tensor, cause }: Facts): boolean {
  if (isOfAutoencoder(reading) || tensor?.layer === 'autoencoder attention scores') return false;
  if (cause.code === 'attention-not-sliced' || reading.kind === 'webui-attention') return true;
  return cause.code === 'plain-size' && reading.operation === 'softmax';
}
