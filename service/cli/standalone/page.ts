/** The page of `serve --standalone`: the WebUI's tab, and two forms of its own. */
import * as words from '../../words/index.ts';
import { pageScriptOf } from '../../words/languages.ts';
import { FAMILIES, FAMILY_NAMES } from '../../networks/families/registry.ts';
import { ATTENTIONS } from './named.ts';

/** In the looks of the tab's own parts. */
export function standalonePage(): string {
  const fields = words.STANDALONE_FIELDS;
  const estimate = [
    choice(
      'network',
      fields.network,
      FAMILY_NAMES.map((family) => [family, FAMILIES[family].name]),
    ),
    choice(
      'attention',
      fields.attention,
      ATTENTIONS.map((name) => [name, name]),
    ),
    figure('cardGiB', fields.cardGiB, 8),
    figure('width', fields.width, 1024),
    figure('height', fields.height, 1024),
    figure('batch', fields.batch, 1),
    figure('otherMiB', fields.otherMiB, 800),
  ];
  return `<!doctype html>
<html lang="${words.LANGUAGE}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headroom</title>
<style>${STYLE}</style>
</head>
<body>
<div id="headroom_tab" class="headroom-without-webui"></div>
<template id="headroom_forms">
${part('estimate', words.ESTIMATE_TITLE, words.ABOUT_ESTIMATE, estimate, words.ESTIMATE_IT)}
${part('compare', words.COMPARE_TITLE, words.ABOUT_COMPARE, [text('a', fields.a), text('b', fields.b)], words.COMPARE_THEM)}
</template>
<script src="./plots/uplot.js"></script>
<script src="./${pageScriptOf(words.LANGUAGE)}" data-headroom-chosen></script>
<script src="./standalone/standalone.js"></script>
</body>
</html>
`;
}

const STYLE = `
body { margin: 1.5rem auto; max-width: 72rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color-scheme: light dark; }
form { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin-bottom: 1rem; }
form label { display: grid; gap: 0.15rem; }
form input, form select { font: inherit; padding: 0.2rem 0.4rem; }
form input[inputmode] { width: 6rem; }
form input[type="text"]:not([inputmode]) { width: min(28rem, 80vw); }
pre { overflow-x: auto; }`;

function part(ask: string, title: string, about: string, fields: readonly string[], button: string): string {
  const id = `headroom_${ask}_title`;
  return `<section class="headroom-part" aria-labelledby="${id}"><h3 id="${id}">${escaped(title)}</h3>
<p class="headroom-soft">${escaped(about)}</p>
<form data-ask="${ask}">${fields.join('\n')}
<button type="submit" class="headroom-button">${escaped(button)}</button></form>
<div role="status"><dl class="headroom-list"></dl><pre hidden></pre></div></section>`;
}

function choice(name: string, label: string, all: readonly (readonly [value: string, label: string])[]): string {
  const options = all.map(([value, shown]) => `<option value="${value}">${escaped(shown)}</option>`);
  return `<label>${escaped(label)}<select name="${name}">${options.join('')}</select></label>`;
}

function figure(name: string, label: string, usual: number): string {
  return `<label>${escaped(label)}<input name="${name}" inputmode="numeric" value="${usual}"></label>`;
}

function text(name: string, label: string): string {
  return `<label>${escaped(label)}<input name="${name}" type="text" spellcheck="false"></label>`;
}

function escaped(label: string): string {
  return label.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
