/** Whether a part of the tab is on show: told at once where it is, and with each change. */
export function watchShown(root: Element, tell: (shown: boolean) => void): void {
  let told = false;
  const look = () => {
    const shown = root.clientWidth > 0 && !document.hidden;
    if (shown === told) return;
    told = shown;
    tell(shown);
  };
  new ResizeObserver(look).observe(root);
  document.addEventListener('visibilitychange', look);
}
