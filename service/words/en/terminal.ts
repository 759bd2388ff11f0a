/** What the command line alone tells, of recordings and comparisons: it knows their stages, which the page does not. */
export * from './compare.ts';
export * from './recording.ts';
