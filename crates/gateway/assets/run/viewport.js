/**
 * Keeps an element within what an on-screen keyboard leaves of the window.
 *
 * `interactive-widget=resizes-content` does this where it is known; elsewhere (iOS) the keyboard covers the page,
 * and only `visualViewport` tells how much is left.
 *
 * @param {HTMLElement} element  placed by `--viewport-top` and `--viewport-height`
 */
export function fitToVisualViewport(element) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    // Zooming in with two fingers must enlarge the page, not squeeze it.
    const zoomed = viewport.scale > 1.01;
    element.style.setProperty('--viewport-height', zoomed ? '100dvh' : `${viewport.height}px`);
    element.style.setProperty('--viewport-top', zoomed ? '0px' : `${viewport.offsetTop}px`);
  };
  viewport.addEventListener('resize', fit);
  viewport.addEventListener('scroll', fit);
  fit();
}
