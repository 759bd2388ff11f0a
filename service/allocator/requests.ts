import { memoised } from '../base/memo.ts';
import { BLOCK_BYTES } from './allocator.ts';
import { sameSlices, sliceOf } from './slicing.ts';
import { bytesOf, type Kind, type Program, type SameSlices, type Slice } from '../program/program.ts';

/** Stands for the request of what is done without, and of nothing. */
export const WITHOUT = 0;

const WHOLE: Slice = { taken: 1, of: 1, isWhole: false };

/**
 * What is decided of a slicing with so much free, and with all that is free in a range. `slice` is null where it gives
 * up.
 */
export interface Sliced extends SameSlices {
  readonly slice: Slice | null;
  /** Of each size of that slicing, in their order. */
  readonly requests: readonly number[];
}

/** PyTorch remembers an engine by the shapes of its convolution: all of the same shapes are one. */
interface Workspace {
  readonly name: string;
  /** Sizes of the program. */
  readonly sizes: readonly number[];
}

/**
 * What a program asks for on one size, in PyTorch's smallest blocks. It is replayed under one limit after the other:
 * what is asked for is worked out once.
 */
export class Requests {
  readonly #program: Program;
  readonly #elements: readonly number[];
  /** Of each size, where nothing is cut up. */
  readonly whole: readonly number[];
  #workspaces: readonly (Workspace | null)[] | null = null;
  /** Sizes that a slicing decides on. */
  readonly #sizesOf: (readonly number[])[] = [];
  /** By slicing: few are told apart, for each holds for a range of what is free. */
  readonly #sliced: Sliced[][] = [];

  constructor(program: Program, elements: readonly number[]) {
    this.#program = program;
    this.#elements = elements;
    this.whole = program.kinds.map((kind) => requestOf(kind, elements, WHOLE));
  }

  /** Of one of the sizes; null where it is no workspace's. */
  workspaceOf(size: number): Workspace | null {
    this.#workspaces ??= workspacesOf(this.#program.kinds, this.#elements);
    return this.#workspaces[size] ?? null;
  }

  /** The same as `whole` without the workspaces of these names. */
  wholeWithout(names: readonly string[]): readonly number[] {
    return this.whole.map((request, size) => {
      const workspace = this.workspaceOf(size);
      return workspace !== null && names.includes(workspace.name) ? WITHOUT : request;
    });
  }

  /** What is decided of a slicing where so much is free. */
  sliced(index: number, freeBytes: number): Sliced {
    const known = (this.#sliced[index] ??= []);
    for (const one of known) if (one.fromBytes <= freeBytes && freeBytes < one.upToBytes) return one;
    const slicing = this.#program.slicings[index];
    if (slicing === undefined) throw new Error('a slicing for each place where slices are decided');
    const slice = sliceOf(slicing, this.#elements, freeBytes);
    const sizes = this.#sizesOfSlicing(index);
    const kinds = this.#program.kinds;
    const found = {
      ...sameSlices(slicing, this.#elements, freeBytes),
      slice,
      requests: slice === null ? [] : sizes.map((k) => requestOf(kinds[k] as Kind, this.#elements, slice)),
    };
    known.push(found);
    return found;
  }

  /** Puts what was decided in the place of what was asked for. */
  putSliced(index: number, { requests }: Sliced, into: number[]): void {
    this.#sizesOfSlicing(index).forEach((size, i) => {
      into[size] = requests[i] as number;
    });
  }

  #sizesOfSlicing(index: number): readonly number[] {
    const { kinds } = this.#program;
    return (this.#sizesOf[index] ??= kinds.flatMap(({ slicing }, k) => (slicing === index ? [k] : [])));
  }
}

const ofProgram = memoised((program: Program) =>
  memoised((elements: readonly number[]) => new Requests(program, elements)),
);

/** @param elements how many each unit of the program has. */
export function requestsOf({
  program,
  elements,
}: {
  readonly program: Program;
  readonly elements: readonly number[];
}): Requests {
  return ofProgram(program)(elements);
}

function requestOf({ sizes, isSlice, when }: Kind, elements: readonly number[], { taken, of }: Slice): number {
  if (when !== 'always' && (when === 'whole') !== (taken === of)) return WITHOUT;
  let bytes = 0;
  for (const size of sizes) bytes += bytesOf(size, elements);
  return Math.ceil((isSlice ? (bytes * taken) / of : bytes) / BLOCK_BYTES);
}

function workspacesOf(kinds: readonly Kind[], elements: readonly number[]): (Workspace | null)[] {
  const known = new Map<string, number[]>();
  return kinds.map(({ isWorkspace, sizes }, size) => {
    if (!isWorkspace) return null;
    const name = sizes.map(({ unit, bytes }) => `${unit} ${bytes} ${elements[unit] ?? 0}`).join(' ');
    const alike = known.get(name) ?? [];
    alike.push(size);
    known.set(name, alike);
    return { name, sizes: alike };
  });
}
