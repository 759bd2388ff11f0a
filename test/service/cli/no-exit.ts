/** The exit code of a process that was made to end, whatever code it wanted. */
export const FORCED = 99;

/**
 * For Node.js: `process.exit` is a failure. It waits for V8's compilers, which may wait for it, and then nothing ends;
 * a process should end because nothing of it is left open.
 */
export const NO_EXIT = `--import=data:text/javascript,process.exit=()=>process.reallyExit(${FORCED})`;
