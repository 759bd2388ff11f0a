/** Entry of the sidecar and of the `headroom` command line. */
export {};
