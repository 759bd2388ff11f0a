/** Flags of the WebUI's start, where a text has them as such: what people and error messages say of flags is none. */

const FLAG = '--[a-z][\\w-]{0,60}';
/** With its value, where it has one. */
const SET_FLAG = `${FLAG}(?:[ =][^\\s-]\\S{0,100})?`;
/** In the order of trust. Each takes what stands behind it on its line. */
const LINES: readonly RegExp[] = [
  // The WebUI's own word, at each start. Terminals break it.
  /Launching Web UI with arguments:((?:[^\n]{0,2000}(?:\n(?=[ \t]{0,8}--))?){1,8})/g,
  // webui-user.bat and .sh; as it comes it is commented out.
  /^[ \t]{0,20}(?:set |export )?[ \t]{0,4}COMMANDLINE_ARGS[ \t]{0,4}=([^\n]{0,2000})/gm,
  /\b(?:launch\.py|webui\.(?:py|sh|bat)|webui-user\.(?:sh|bat))[ \t]{1,4}(--[^\n]{0,2000})/g,
  new RegExp(`^[ \\t]{0,20}(${SET_FLAG}(?:[ \\t]{1,4}${SET_FLAG}){0,39})[ \\t]{0,20}$`, 'gm'),
];

/** null where the text does not tell; empty where it tells that there are none. The last start counts. */
export function flagsIn(plain: string): readonly string[] | null {
  for (const line of LINES) {
    const last = [...plain.matchAll(line)].at(-1)?.[1];
    if (last !== undefined) return last.match(/--[a-z][\w-]{0,60}/g) ?? [];
  }
  return null;
}
