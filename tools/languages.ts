/** Which language a bundle speaks. The sources alone speak English (service/words/index.ts). */
import { basename, dirname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { LANGUAGES, type Language } from '../service/words/languages.ts';

/** Where the language in force is named. */
const CHOICE = /service[\\/]words[\\/](index|terminal)\.ts$/;

/** Another folder of words in the place of English. */
export function speaking(language: Language): esbuild.Plugin {
  return {
    name: 'speaking',
    setup(build) {
      build.onResolve({ filter: /^\.\/en\// }, ({ path, importer, resolveDir }) =>
        CHOICE.test(importer) ? { path: join(resolveDir, path.replace('./en/', `./${language}/`)) } : undefined,
      );
    },
  };
}

/** All languages, of which the program takes one when it is started. */
export const speakingAll: esbuild.Plugin = {
  name: 'speaking-all',
  setup(build) {
    build.onLoad({ filter: CHOICE }, async ({ path }) => {
      const file = basename(path);
      const names = await exportsOf(join(dirname(path), 'en', file));
      const text = [
        `import { languageOfTerminal } from './languages.ts';`,
        ...LANGUAGES.map((language) => `import * as ${language} from './${language}/${file}';`),
        `const words = { ${LANGUAGES.join(', ')} }[languageOfTerminal(process.env)];`,
        ...names.map((name) => `export const ${name} = words.${name};`),
      ];
      return { contents: text.join('\n'), loader: 'ts' };
    });
  },
};

async function exportsOf(path: string): Promise<readonly string[]> {
  const { metafile } = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}
