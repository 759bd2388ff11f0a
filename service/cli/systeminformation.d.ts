/** The parts of systeminformation that are asked, each a file of its own there. */
declare module 'systeminformation/lib/osinfo.js' {
  export { osInfo } from 'systeminformation';
}
declare module 'systeminformation/lib/cpu.js' {
  export { cpu } from 'systeminformation';
}
declare module 'systeminformation/lib/memory.js' {
  export { mem } from 'systeminformation';
}
declare module 'systeminformation/lib/graphics.js' {
  export { graphics } from 'systeminformation';
}
declare module 'systeminformation/lib/util.js' {
  export function getCodepage(): string;
  export function getPowershell(): void;
}
