/** The guide as a site: `npm run guide`. GUIDE_BASE is the path that it will be served under, `/headroom/` say. */
import { defineConfig } from 'vitepress';

const PAGES = [
  { text: 'What it answers', link: '/' },
  { text: 'Required and peak', link: '/two-figures' },
  { text: 'The readout', link: '/readout' },
  { text: 'Probe and benchmark', link: '/benchmark' },
  { text: 'What now?', link: '/what-now' },
  { text: 'The tab', link: '/tab' },
  { text: 'Forks', link: '/forks' },
  { text: 'Command line', link: '/command-line' },
  { text: 'Questions', link: '/questions' },
  { text: 'Words', link: '/glossary' },
];

export default defineConfig({
  title: 'Headroom',
  description: 'Know before you press Generate whether the image fits your card',
  base: process.env['GUIDE_BASE'] ?? '/',
  lastUpdated: false,
  themeConfig: {
    sidebar: PAGES,
    outline: false,
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
});
