/** Ties the parts of the page together: one connection, two readouts, the tab. */
import { AdviceDesk } from './advice-desk.ts';
import { browserClock } from './browser-clock.ts';
import { Connection } from './connection.ts';
import type { Socket } from './connection.ts';
import { Permission, shelfOf } from './generate/permission.ts';
import { watchGenerate } from './generate/presses.ts';
import { whyOffline } from './offline.ts';
import { OptionDesk } from './option-desk.ts';
import { ranOutIn } from './ran-out.ts';
import { ExtrasNote } from './readout/extras.ts';
import { Readout } from './readout/readout.ts';
import type { Surroundings } from './readout/readout.ts';
import type { TabName } from './settings.ts';
import type { Leak } from '../service/protocol/leak.ts';
import type { ToViewerMessage, ViewerMessage, ViewerState } from '../service/protocol/viewer.ts';
import { showOption } from './settings-page.ts';
import { addStyles } from './styles.ts';
import { Tab } from './tab/tab.ts';
import { deviceName } from './tab/found-entries.ts';
import { askLogin, followSystemTheme, onWebuiChange, openWebuiTab, webSocketUrl } from './webui.ts';

/** The paste button and some scripts change sliders with no event at all: look again this often. */
const LOOK_AGAIN_MS = 500;
/** Whatever may change a control. Read once the WebUI has handled it. */
const EVENTS = ['input', 'change', 'click', 'keyup', 'drop'] as const;

const NOTHING_KNOWN: Readonly<Surroundings> = {
  connection: 'connecting',
  sidecar: null,
  label: 'VRAM',
  deviceName: null,
  canProbe: false,
  leak: null,
  upscalers: [],
  keyHash: null,
  ranOut: null,
  offersRescue: false,
};

/** Long, for here the page's parts are put together and told of each other; it does nothing itself. */
export function startPage(): void {
  const surroundings: Surroundings = { ...NOTHING_KNOWN };
  const send = (message: ViewerMessage) => connection.send(message);
  const desk = new AdviceDesk(send);
  const options = new OptionDesk({ send, show: showOption });
  const desks = { advice: desk, options };
  const permission = new Permission(shelfOf(window));
  const tab = new Tab(send, permission, desks, (name) => readouts[name === 'txt2img' ? 0 : 1]);
  const readouts: Readouts = createReadouts(tab, send, desks, () => surroundings);
  watchGenerate((name, again) => readouts.some((one) => one.tab === name && one.holdsGenerate(permission, again)));
  const paint = () => {
    for (const readout of readouts) readout.paint();
    tab.connection(surroundings.connection, surroundings.sidecar);
  };

  function receive(message: ToViewerMessage): void {
    if (message.type === 'state') {
      Object.assign(surroundings, surroundingsOf(message));
      paint();
      look();
    } else if (message.type === 'sidecar') {
      const isBack = message.state === 'running' && (surroundings.sidecar?.state ?? 'running') !== 'running';
      surroundings.sidecar = message;
      if (isBack) for (const readout of readouts) readout.askAgain();
      paint();
    } else if (message.type === 'estimate') {
      for (const readout of readouts) readout.accept(message);
    } else if (message.type === 'advice') {
      desk.accept(message);
    } else if (message.type === 'option-set') {
      options.accept(message);
    }
    tab.receive(message);
  }

  const connection = new Connection({
    openSocket: () => new WebSocket(webSocketUrl()) as Socket,
    clock: browserClock,
    random: Math.random,
    whyOffline: () => whyOffline(askLogin),
    onMessage: receive,
    onState: (state) => {
      surroundings.connection = state;
      desk.forget();
      options.forget();
      if (state === 'open') for (const readout of readouts) readout.askAgain();
      paint();
    },
  });

  const parts = [...readouts, new ExtrasNote(), tab];
  const look = () => parts.forEach((part) => part.refresh());
  const fitColours = () => parts.forEach((part) => part.fitColours());

  addStyles();
  followSystemTheme();
  watchControls(look, fitColours);
  watchThemes(fitColours);
  retryWhenWanted(connection);
  connection.start();
}

/** What readouts share of a state. */
function surroundingsOf(state: ViewerState): Omit<Surroundings, 'connection' | 'sidecar'> {
  return {
    label: state.source.label,
    deviceName: deviceName(state),
    upscalers: state.upscalers,
    keyHash: state.keyHash,
    canProbe: state.abilities?.benchmark === true,
    leak: leakOf(state),
    ranOut: ranOutIn(state),
    offersRescue: state.notices.some(({ notice }) => notice.code === 'rescue-offer'),
  };
}

/** What grows from run to run of the memory that estimates are of: of a program's RAM they say nothing on a card. */
function leakOf({ notices, source }: ViewerState): Leak | null {
  const leaks = notices.flatMap(({ notice }) => (notice.code === 'leak' ? [notice.leak] : []));
  return leaks.find(({ growing }) => (growing === 'ram') === (source.label === 'RAM')) ?? null;
}

type Readouts = readonly [txt2img: Readout, img2img: Readout];

function createReadouts(
  tab: Tab,
  send: (message: ViewerMessage) => void,
  desks: ConstructorParameters<typeof Readout>[3],
  surroundings: () => Surroundings,
): Readouts {
  const openTab = () => {
    openWebuiTab('Headroom');
    tab.focus();
  };
  const benchmark = () => {
    openTab();
    tab.benchmark('default');
  };
  const onExplain = () => {
    openWebuiTab('Headroom');
    tab.explain();
  };
  const onAction = { tab: openTab, probe: () => tab.benchmark('probe'), benchmark };
  const readout = (name: TabName) =>
    new Readout(name, browserClock, send, desks, surroundings, { onAction, onExplain });
  return [readout('txt2img'), readout('img2img')];
}

function retryWhenWanted(connection: Connection): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) connection.retryNow();
  });
  window.addEventListener('online', () => connection.retryNow());
}

/** Looks after whatever may have changed a control, and now and then. */
function watchControls(look: () => void, fitColours: () => void): void {
  // Not at once, because Gradio brings its two inputs in step only after the event; not in the next frame, which would
  // cost one.
  let soon: number | null = null;
  const lookSoon = () => {
    soon ??= window.setTimeout(() => {
      soon = null;
      look();
    }, 0);
  };
  for (const type of EVENTS) document.addEventListener(type, lookSoon, { capture: true, passive: true });
  onWebuiChange(lookSoon);
  setInterval(() => {
    if (document.hidden) return;
    look();
    fitColours();
  }, LOOK_AGAIN_MS);
}

/** How a change of theme shows at once, where it is a class; other ways are seen by the next look. */
function watchThemes(fitColours: () => void): void {
  const themes = new MutationObserver(fitColours);
  const classes = { attributes: true, attributeFilter: ['class'] };
  for (const bearer of [document.documentElement, document.body]) themes.observe(bearer, classes);
}
