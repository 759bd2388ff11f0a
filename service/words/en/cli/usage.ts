/** The help of the command line. */
export function usageInWords(version: string, operationFlags: readonly string[]): string {
  const flags = operationFlags.map((flag) => ` | --${flag}`).join('');
  return `headroom ${version}: know what VRAM a generation will need

headroom serve [--data-dir DIR] [--parent-pid PID] [--webui-id ID] [--nvidia-smi FILE] [--standalone]
    The sidecar: reads a token of 64 hex digits from stdin, listens on 127.0.0.1, ends with stdin.
    --webui-id: what a sidecar before this one, of the same WebUI, has left half-way is this one's at once.
    --standalone: for your own terminal and browser, with no WebUI; Ctrl-C ends it.
headroom estimate --width PX --height PX [--batch N] [--hires WIDTHxHEIGHT [--upscaler latent|NAME]${flags}]
                  [--key HASH] [--other-mib N] [--data-dir DIR] [--json]
    One estimate from the stored runs. --other-mib: what is not the WebUI's on the device; else as before the last run.
headroom advise --width PX --height PX [as estimate] [--flags] [--json]
    What helps these settings, with its price, each remedy checked by an estimate.
    --flags: the settings under each set of flags.
headroom max [as estimate, without a size too] [--json]
    The largest that fits: of this shape, this batch size, this hires fix, and of common shapes by batch size.
headroom doctor [--data-dir DIR] [--nvidia-smi FILE] [--json]
headroom doctor --replay FILE [--exit-code N] [--json]
    What Headroom finds here, or how it reads a saved output of nvidia-smi.
headroom explain [FILE] [--json]
    What an out-of-memory error says, from any text with it in: which tensor was asked for, and why there was no room.
headroom export [FILE] [--force] [--data-dir DIR]
headroom import FILE [--own] [--data-dir DIR]
    All runs as NDJSON, and back. --force: FILE may be there already, and is replaced.
    What an import brings is marked, and counts less than what is measured here.
    --own: FILE is a backup of this machine's own runs, which count as ever.
headroom forget --imported [--key HASH] [--data-dir DIR]
    Removes what imports brought, of one set-up or of all. What was measured here stays.
headroom record [--out FILE] [--force] [--interval-ms N] [--device ID] [--hook] [--quiet] -- COMMAND ARGS...
    Runs a program, and keeps what it and the device had of memory meanwhile. Ends with the program's own exit code.
    --device: by nvidia-smi's number, uuid or bus id; else all. --hook: a Python program's torch tells its counters.
headroom compare A B [--data-dir DIR] [--json]
    Two side by side, and why they differ. Each: a recording; last, run:ID or settings:WIDTHxHEIGHT[xBATCH] for a run of
    the WebUI in the store; or an export's FILE (its newest run) or FILE#ID.
headroom --help
headroom --version`;
}

export const DOCTOR_USAGE: string = `headroom doctor [--data-dir DIR] [--nvidia-smi FILE] [--json]
    What Headroom finds here: card, driver, fields, processes, store, versions.
headroom doctor --replay FILE [--exit-code N] [--json]
    How Headroom reads a saved output of nvidia-smi --query-gpu=... --format=csv.`;

/** Behind what is wrong with an order. */
export const SEE_HELP: string = 'See headroom --help.';
