import readoutCss from './readout/readout.css';
import tabCss from './tab/tab.css';
import themeCss from './theme.css';

/** The WebUI takes one script from us; the styles come with it. */
export function addStyles(): void {
  const style = document.createElement('style');
  style.id = 'headroom_styles';
  style.textContent = [themeCss, readoutCss, tabCss].join('\n');
  document.head.append(style);
}
