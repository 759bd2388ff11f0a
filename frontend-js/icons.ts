/** Shapes that differ without colour. Drawn in a box of 16 x 16, in the colour of the text. */
import type { IconName } from './readout/view-model.ts';

const SVG = 'http://www.w3.org/2000/svg';

const PATHS: Readonly<Record<IconName, string>> = {
  check: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.9 5.3-4.5 5a.8.8 0 0 1-1.2 0L4.1 9l1.2-1.1 1.5 1.6 3.9-4.3Z',
  warning: 'M8 1 .6 14.5h14.8ZM7.2 5.5h1.6v5H7.2Zm0 6h1.6V13H7.2Z',
  cross:
    'M4.7 1h6.6L15 4.7v6.6L11.3 15H4.7L1 11.3V4.7Zm.2 5L7 8l-2.1 2L6 11.1 8 9l2 2.1L11.1 10 9 8l2.1-2L10 4.9 8 7 6 4.9Z',
  question:
    'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM7.2 11h1.6v1.6H7.2Zm0-1.2c0-2 1.8-2 1.8-3.3a1 1 0 0 0-2-.1H5.4a2.6 2.6 0 1 1 5.2 0c0 2-1.8 2.2-1.8 3.4Z',
  wait: 'M3 1h10v2L9.5 8l3.5 5v2H3v-2l3.5-5L3 3Zm2 2 3 4.2L11 3Z',
};

export function icon(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 16 16',
    class: 'headroom-icon',
    'aria-hidden': 'true',
    focusable: 'false',
  })) {
    svg.setAttribute(name, value);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('fill', 'currentColor');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}

export function setIcon(svg: SVGSVGElement, name: IconName): void {
  const path = svg.firstElementChild;
  if (path !== null && path.getAttribute('d') !== PATHS[name]) path.setAttribute('d', PATHS[name]);
}
