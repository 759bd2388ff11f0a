// Keeps the hidden checkbox of an input accordion, its visible one, and the accordion itself in step. Own code.

/** Called where the value was changed from the server, by the paste button say. */
function inputAccordionChecked(id, checked) {
  gradioApp().getElementById(id).setOpen(checked);
}

onUiLoaded(() => {
  for (const accordion of gradioApp().querySelectorAll('.input-accordion')) {
    const label = accordion.querySelector('.label-wrap');
    const value = gradioApp().querySelector(`#${accordion.id}-checkbox input`);
    const shown = document.createElement('input');
    shown.type = 'checkbox';
    shown.className = value.className;
    shown.id = `${accordion.id}-visible-checkbox`;
    shown.checked = value.checked;
    label.querySelector('span').prepend(shown);
    const isOpen = () => label.classList.contains('open');
    const set = (checked) => {
      shown.checked = checked;
      if (value.checked === checked) return;
      value.checked = checked;
      updateInput(value);
    };
    shown.addEventListener('click', (event) => event.stopPropagation());
    shown.addEventListener('input', () => {
      set(shown.checked);
      if (isOpen() !== shown.checked) label.click();
    });
    new MutationObserver(() => set(isOpen())).observe(label, { attributes: true, attributeFilter: ['class'] });
    accordion.setOpen = (open) => {
      shown.checked = open;
      if (isOpen() !== open) label.click();
    };
  }
});
