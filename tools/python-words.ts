/** What the shim says by itself as Python, from service/words/shim.ts. */
import { SHIM_WORDS } from '../service/words/shim.ts';

export function pythonWords(): string {
  const constants = Object.entries(SHIM_WORDS).map(([name, text]) => `${name} = ${JSON.stringify(text)}\n`);
  return (
    '"""What is said to pages and programs. Made by `npm run build` from service/words/shim.ts: do not edit."""\n\n' +
    `# ruff: noqa: E501\n# fmt: off\n\n${constants.join('')}`
  );
}
