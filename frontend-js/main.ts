/** Entry of the page's script; the WebUI loads it as one blocking classic script, before the page is built. */
import { startPage } from './page.ts';

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', startPage);
else startPage();
