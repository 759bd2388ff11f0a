import { MIB_PER_GIB } from '../../../service/base/units.ts';
import type { Pair } from './score.ts';

const SIDE = 320;
const LEFT = 62;
const TOP = 34;
const GAP = 84;
const BOTTOM = 52;
/** Okabe and Ito's colours; the shapes tell the operations apart without them. */
const MARKS: Readonly<
  Record<string, { readonly colour: string; readonly shape: 'circle' | 'square' | 'diamond' | 'triangle' }>
> = {
  txt2img: { colour: '#0072b2', shape: 'circle' },
  img2img: { colour: '#d55e00', shape: 'square' },
  hires_latent: { colour: '#009e73', shape: 'diamond' },
  hires_image: { colour: '#cc79a7', shape: 'triangle' },
};

export interface Panel {
  readonly title: string;
  readonly pairs: readonly Pair[];
}

/**
 * Estimated over measured, a panel each, with its intervals, the line where both are equal, and 5 % to either side of
 * it.
 */
export function estimatedAgainstMeasured(title: string, panels: readonly Panel[]): string {
  const width = LEFT + panels.length * SIDE + (panels.length - 1) * GAP + 16;
  const height = TOP + 22 + SIDE + BOTTOM;
  const body = panels.map((panel, index) => panelOf(panel, LEFT + index * (SIDE + GAP), TOP + 22)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${LEFT}" y="18" font-size="13" font-weight="600">${escaped(title)}</text>
${body}
${legend(LEFT, height - 12)}
</svg>
`;
}

function panelOf({ title, pairs }: Panel, left: number, top: number): string {
  const topGiB = niceTop(
    pairs
      .flatMap(({ estimated, measuredMiB }) => [estimated.highMiB, measuredMiB])
      .reduce((most, mib) => Math.max(most, mib), 0) / MIB_PER_GIB,
  );
  const x = (mib: number): string => (left + (mib / MIB_PER_GIB / topGiB) * SIDE).toFixed(1);
  const y = (mib: number): string => (top + SIDE - (mib / MIB_PER_GIB / topGiB) * SIDE).toFixed(1);
  const most = topGiB * MIB_PER_GIB;
  const line = (share: number, dash: string): string => {
    const end = Math.min(most, most / share);
    return `<line x1="${x(0)}" y1="${y(0)}" x2="${x(end)}" y2="${y(end * share)}" stroke="#999" stroke-dasharray="${dash}"/>`;
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => share * topGiB);
  const marks = pairs.map((pair) => {
    const bar = `<line x1="${x(pair.measuredMiB)}" x2="${x(pair.measuredMiB)}" y1="${y(pair.estimated.lowMiB)}" y2="${y(pair.estimated.highMiB)}" stroke="#777" stroke-opacity="0.6"/>`;
    return bar + markOf(pair.operation, Number(x(pair.measuredMiB)), Number(y(pair.estimated.valueMiB)));
  });
  return [
    `<text x="${left}" y="${top - 6}">${escaped(title)} (${pairs.length} runs, GiB)</text>`,
    `<rect x="${left}" y="${top}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#333"/>`,
    line(1, '0'),
    line(1.05, '3 3'),
    line(0.95, '3 3'),
    ...ticks.map(
      (gib) => `<text x="${x(gib * MIB_PER_GIB)}" y="${top + SIDE + 14}" text-anchor="middle">${format(gib)}</text>`,
    ),
    ...ticks.map(
      (gib) => `<text x="${left - 5}" y="${Number(y(gib * MIB_PER_GIB)) + 4}" text-anchor="end">${format(gib)}</text>`,
    ),
    `<text x="${left + SIDE / 2}" y="${top + SIDE + 28}" text-anchor="middle">measured</text>`,
    `<text x="${left - 42}" y="${top + SIDE / 2}" text-anchor="middle" transform="rotate(-90 ${left - 42} ${top + SIDE / 2})">estimated</text>`,
    ...marks,
  ].join('\n');
}

function markOf(operation: string, cx: number, cy: number): string {
  const { colour, shape } = MARKS[operation] ?? { colour: '#000000', shape: 'circle' as const };
  const fill = `fill="${colour}" fill-opacity="0.8"`;
  switch (shape) {
    case 'circle':
      return `<circle cx="${cx}" cy="${cy}" r="3.5" ${fill}/>`;
    case 'square':
      return `<rect x="${cx - 3}" y="${cy - 3}" width="6" height="6" ${fill}/>`;
    case 'diamond':
      return `<path d="M${cx} ${cy - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" ${fill}/>`;
    case 'triangle':
      return `<path d="M${cx} ${cy - 4}l4 7h-8z" ${fill}/>`;
  }
}

function legend(left: number, y: number): string {
  return Object.keys(MARKS)
    .map(
      (operation, index) =>
        `${markOf(operation, left + 5 + index * 110, y - 4)}<text x="${left + 14 + index * 110}" y="${y}">${operation}</text>`,
    )
    .join('');
}

function niceTop(gib: number): number {
  const steps = [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160];
  return steps.find((step) => step >= gib) ?? Math.ceil(gib);
}

function format(gib: number): string {
  return Number.isInteger(gib) ? String(gib) : gib.toFixed(2).replace(/0$/, '');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
