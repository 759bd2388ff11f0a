// The functions that extensions find on the page, under the WebUI's names. Own code.

/** The root of Gradio's elements. */
function gradioApp() {
  const app = document.querySelector('gradio-app');
  if (app === null) return document;
  app.getElementById = (id) => document.getElementById(id);
  return app.shadowRoot ?? app;
}

const standInCallbacks = { loaded: [], update: [], afterUpdate: [], tabChange: [], optionsChanged: [], optionsAvailable: [] };

function onUiLoaded(callback) {
  standInCallbacks.loaded.push(callback);
}

function onUiUpdate(callback) {
  standInCallbacks.update.push(callback);
}

/** Called once, 200 ms after the last of a burst of changes. */
function onAfterUiUpdate(callback) {
  standInCallbacks.afterUpdate.push(callback);
}

function onUiTabChange(callback) {
  standInCallbacks.tabChange.push(callback);
}

function onOptionsChanged(callback) {
  standInCallbacks.optionsChanged.push(callback);
}

function onOptionsAvailable(callback) {
  if (Object.keys(opts).length > 0) callback();
  else standInCallbacks.optionsAvailable.push(callback);
}

function runStandInCallbacks(list, argument) {
  for (const callback of list) {
    try {
      callback(argument);
    } catch (error) {
      console.error('a callback failed', error);
    }
  }
}

function get_uiCurrentTab() {
  return gradioApp().querySelector('#tabs > .tab-nav > button.selected');
}

function get_uiCurrentTabContent() {
  return gradioApp().querySelector('#tabs > .tabitem[id^=tab_]:not([style*="display: none"])');
}

document.addEventListener('DOMContentLoaded', () => {
  let loaded = false;
  let afterUpdate;
  let tab = null;
  new MutationObserver((records) => {
    if (!loaded && gradioApp().querySelector('#txt2img_prompt') !== null) {
      loaded = true;
      runStandInCallbacks(standInCallbacks.loaded);
    }
    runStandInCallbacks(standInCallbacks.update, records);
    clearTimeout(afterUpdate);
    afterUpdate = setTimeout(() => runStandInCallbacks(standInCallbacks.afterUpdate), 200);
    const now = get_uiCurrentTab();
    if (now !== null && now !== tab) {
      tab = now;
      runStandInCallbacks(standInCallbacks.tabChange);
    }
  }).observe(gradioApp(), { childList: true, subtree: true });
});
