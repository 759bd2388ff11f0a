import type { TextInput, TimedIo } from './io.ts';

export interface ServeRequest {
  readonly dataDir: string;
  readonly parentPid: number | null;
  readonly standalone: boolean;
  readonly nvidiaSmi: string | null;
  readonly webuiId: string | null;
}

/** What the command line needs of the world. */
export interface CliWorld extends TimedIo {
  readonly stdin: TextInput;
  readonly defaultDataDir: () => string;
  /** Whether the driver of this machine gives out system RAM where it could refuse. */
  readonly driverMaySpill: () => boolean;
  readonly serve: (request: ServeRequest) => Promise<number>;
  /** As the person has it: for programs that are theirs. */
  readonly ownEnv: Readonly<Record<string, string | undefined>>;
}
