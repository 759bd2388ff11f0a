// Settings on the page, and what the buttons do there before the server is asked. Own code.

var opts = {};

onAfterUiUpdate(() => {
  const area = gradioApp().querySelector('#settings_json textarea');
  if (area === null || area.dataset.watched === 'yes' || area.value === '') return;
  area.dataset.watched = 'yes';
  opts = JSON.parse(area.value);
  runStandInCallbacks(standInCallbacks.optionsAvailable);
  runStandInCallbacks(standInCallbacks.optionsChanged);
  const property = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
  Object.defineProperty(area, 'value', {
    get: () => property.get.call(area),
    set: (text) => {
      const before = property.get.call(area);
      property.set.call(area, text);
      if (before !== text) opts = JSON.parse(text);
      runStandInCallbacks(standInCallbacks.optionsChanged);
    },
  });
});

/** Tells Gradio of a value that a script has set. */
function updateInput(target) {
  const event = new Event('input', { bubbles: true });
  Object.defineProperty(event, 'target', { value: target });
  target.dispatchEvent(event);
}

function switchWidthHeight(tab) {
  const [width, height] = ['width', 'height'].map((side) => gradioApp().querySelector(`#${tab}_${side} input[type=number]`));
  [width.value, height.value] = [height.value, width.value];
  updateInput(width);
  updateInput(height);
  return [];
}

function showSubmitButtons(tab, show) {
  for (const name of ['interrupt', 'skip']) {
    gradioApp().querySelector(`#${tab}_${name}`).style.display = show ? 'none' : 'block';
  }
  gradioApp().querySelector(`#${tab}_interrupting`).style.display = 'none';
}

function submitTask(tab, values) {
  showSubmitButtons(tab, false);
  return [`task(${Math.random().toString(36).slice(2)})`, ...values.slice(1)];
}

onUiLoaded(() => {
  for (const tab of ['txt2img', 'img2img']) showSubmitButtons(tab, true);
});

/** Waits for the reloaded WebUI, then loads the page anew. */
function restart_reload() {
  document.body.innerHTML = '<h1 style="text-align:center;margin-top:20%">Reloading...</h1>';
  const ask = () =>
    fetch('./internal/ping')
      .then((answer) => (answer.ok ? location.reload() : setTimeout(ask, 500)))
      .catch(() => setTimeout(ask, 500));
  setTimeout(ask, 1500);
  return [];
}
