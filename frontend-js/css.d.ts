/** A stylesheet as the build hands it over: its text. */
declare module '*.css' {
  const text: string;
  export { text as default };
}
