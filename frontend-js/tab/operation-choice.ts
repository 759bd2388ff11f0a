/** One operation of all, as radio buttons. */
import type { Operation } from '../../service/protocol/settings.ts';
import * as words from '../../service/words/index.ts';
import { element } from '../dom.ts';

/** @param name of the buttons, which no other choice on the page has. */
export function operationChoice(name: string, chosen: Operation, choose: (operation: Operation) => void): HTMLElement {
  const choices = Object.entries(words.OPERATION_NAMES).map(([operation, label]) => {
    const input = element('input', {
      attributes: { type: 'radio', name, value: operation },
      on: { change: () => choose(operation as Operation) },
    });
    input.checked = operation === chosen;
    return element('label', { class: 'headroom-choice' }, [input, label]);
  });
  return element('fieldset', { class: 'headroom-choices' }, [
    element('legend', { class: 'headroom-only-read', text: words.OPERATION }),
    ...choices,
  ]);
}
