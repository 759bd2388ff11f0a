/** The script that the page of `serve --standalone` has beside the tab's: it sends its forms, and shows the answers. */
import type { FormAnswer } from '../service/protocol/form-answer.ts';
import { element } from './dom.ts';

/** An earlier question may be answered later. */
const latest = new WeakMap<HTMLFormElement, SubmitEvent>();

// The tab takes the forms in when it starts.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset['ask'] === undefined) return;
  event.preventDefault();
  latest.set(form, event);
  void answerTo(form).then((answer) => {
    if (answer !== null && latest.get(form) === event) show(form, answer);
  });
});

/** Null where Headroom has ended meanwhile: the tab says so. */
async function answerTo(form: HTMLFormElement): Promise<FormAnswer | null> {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') query.set(name, value);
  try {
    const response = await fetch(`./${form.dataset['ask'] ?? ''}?${query.toString()}`);
    return response.ok ? ((await response.json()) as FormAnswer) : null;
  } catch {
    return null;
  }
}

function show(form: HTMLFormElement, { entries, table }: FormAnswer): void {
  const place = form.nextElementSibling;
  place
    ?.querySelector('dl')
    ?.replaceChildren(
      ...entries.flatMap(([name, value]) => [element('dt', { text: name }), element('dd', { text: value })]),
    );
  const text = place?.querySelector('pre');
  if (text === null || text === undefined) return;
  text.textContent = table.join('\n');
  text.hidden = table.length === 0;
}
