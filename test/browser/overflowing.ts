import type { Page } from 'playwright-core';

/** Elements in `root` that reach out of its sides, or whose own text does not fit into them. */
export function overflowing(page: Page, selector: string): Promise<string[]> {
  return page.evaluate<string[]>(`{
    const root = document.querySelector('${selector}');
    const { left, right } = root.getBoundingClientRect();
    [root, ...root.querySelectorAll(':not(.headroom-only-read)')]
      .filter((node) => {
        const box = node.getBoundingClientRect();
        if (box.width === 0 || !node.checkVisibility()) return false;
        const cut = !(node instanceof SVGElement) && getComputedStyle(node).display !== 'inline' && node.textContent !== '' && node.scrollWidth > node.clientWidth + 1;
        return cut || box.left < left - 0.5 || box.right > right + 0.5;
      })
      .map((node) => node.getAttribute('class') + ': ' + node.textContent);
  }`);
}
