/** The same as in package.json, which is not there at run time. */
export const VERSION = '0.1.0';
