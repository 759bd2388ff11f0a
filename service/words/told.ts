/** What is told of something: its cause first, in a sentence short enough for a readout; then all else. */
export type Told = readonly [cause: string, ...more: string[]];
