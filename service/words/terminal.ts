/**
 * The language in force of what the command line alone tells, of recordings and comparisons: it knows their stages,
 * which the page does not. Chosen here and in `index.ts`, and nowhere else.
 */
export * from './en/compare.ts';
export * from './en/recording.ts';
