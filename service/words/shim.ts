/**
 * What the shim says to pages and programs by itself, for the most part while there is no sidecar to say it. English
 * alone: `npm run build` makes Python of it. The shim fills in what stands in braces.
 */
export const SHIM_WORDS = {
  STARTING: 'Headroom is starting.',
  STOPPED: 'Headroom was stopped.',
  SILENT: "Headroom's sidecar does not answer. If that goes on, it is started again.",
  RESTARTING: "Headroom's sidecar {ended}; it is being started again.",
  GIVEN_UP: "Headroom's sidecar {ended}, {times} times within a minute. It said: {said}",
  SAID_NOTHING: 'nothing',
  COULD_NOT_START:
    'Headroom could not start its sidecar, for an error of its own; the console of the WebUI has its details.',
  NO_BUNDLE: '{path} is missing: update or reinstall the extension.',
  NO_NODE:
    'Node.js {minimum} or newer is not there. Install it from https://nodejs.org (or restart the WebUI with a ' +
    'network connection, so that Headroom can fetch it by pip), then press Restart.',

  /** Of the sidecar, as `{ended}`. */
  NOT_STARTED: 'could not be started ({error})',
  LATE: 'did not start within {limit_s:.0f} s',
  ENDED_EARLY: 'ended while starting{exit}',
  ENDED: 'ended unexpectedly{exit}',
  WAS_STOPPED: 'was stopped',
  EXIT_CODE: ' (exit code {code})',

  /** To programs. */
  NO_API: 'The WebUI runs without its API: start it with --api.',
  TOO_LONG: "The address is too long: at most {most} characters. Of an error's text send the end.",
  BUSY: 'Too many questions at once: ask again in a second.',
  NO_ANSWER: "Headroom's sidecar does not answer: ask again in some seconds.",

  /** On the WebUI's own pages. */
  RESCUE_OPTION:
    'Rescue a picture whose decode runs out of memory (in tiles, at worst on the CPU; its parameters say so)',
  NO_PAGE_SCRIPT:
    "Headroom's page script has not started. Reload the page; if this text stays, the extension's file " +
    '<code>javascript/headroom.js</code> is missing: update or reinstall the extension.',
} as const;
