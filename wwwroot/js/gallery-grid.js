// The grid of tiles: how many columns fit, where it is scrolled to, arrow keys, and tiles whose image cannot be shown.
const GAP = 12;

// An image that the server cannot read gets a quiet placeholder instead of the browser's broken picture.
export function markUnreadable(element) {
  const mark = broken => e => {
    if (e.target instanceof HTMLImageElement) e.target.parentElement.classList.toggle('fd-unreadable', broken);
  };
  const failed = mark(true);
  const shown = mark(false);
  element.addEventListener('error', failed, true);
  element.addEventListener('load', shown, true);
  // Those that failed before this module was here.
  for (const image of element.querySelectorAll('img')) {
    if (image.complete && image.currentSrc && image.naturalWidth === 0) image.parentElement.classList.add('fd-unreadable');
  }
  return {
    dispose() {
      element.removeEventListener('error', failed, true);
      element.removeEventListener('load', shown, true);
    },
  };
}

export function create(element, component) {
  const unreadable = markUnreadable(element);
  const fitting = () => {
    const width = element.clientWidth;
    const least = width < 520 ? 104 : 152;
    return Math.max(2, Math.floor((width + GAP) / (least + GAP)));
  };
  // What lies above the grid and stays there: the app bar and the filter.
  const covered = () => {
    const filter = element.previousElementSibling;
    return filter && getComputedStyle(filter).position === 'sticky' ? parseFloat(getComputedStyle(filter).top) + filter.offsetHeight : 56;
  };
  const top = () => element.getBoundingClientRect().top + scrollY - covered();

  const style = name => parseFloat(getComputedStyle(element).getPropertyValue(name)) || 1;

  // A drawer that slides changes the width many times: one rearrangement at its end is enough.
  let waiting = 0;
  let arranged = fitting();
  const rearrange = () => {
    const next = fitting();
    if (next === arranged) return;
    arranged = next;
    component.invokeMethodAsync('OnColumnsAsync', next, Math.max(0, Math.floor((scrollY - top()) / style('--fd-row'))));
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(waiting);
    waiting = setTimeout(rearrange, 200);
  });
  observer.observe(element);

  // The browser's own Back leads to this page's address: let it name the image that was left for.
  const leave = e => {
    const tile = e.target.closest('[data-id]');
    if (!tile || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    const here = new URL(location.href);
    here.searchParams.set('at', tile.dataset.id);
    history.replaceState(history.state, '', here);
  };
  element.addEventListener('click', leave, true);

  const keys = e => {
    const tile = e.target.closest?.('[data-id]');
    const columns = style('--fd-columns');
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[e.key];
    if (!tile || !step || e.ctrlKey || e.metaKey || e.altKey) return;
    const tiles = [...element.querySelectorAll('[data-id]')];
    const next = tiles[tiles.indexOf(tile) + step];
    if (!next) return;
    e.preventDefault();
    next.focus({ preventScroll: true });
    const box = next.getBoundingClientRect();
    if (box.top < covered()) scrollBy(0, box.top - covered() - GAP);
    else if (box.bottom > innerHeight) scrollBy(0, box.bottom - innerHeight + GAP);
  };
  element.addEventListener('keydown', keys);

  let gone = false;
  return {
    columns: () => arranged,
    // The grid gets its full length with its first rows, and the tile comes with its own row: each a moment later.
    scrollToRow(row, height, id) {
      const until = performance.now() + 5000;
      let scrolled = false;
      const step = () => {
        if (gone || performance.now() > until) return;
        if (!scrolled && element.offsetHeight >= (row + 1) * height) {
          scrollTo(0, Math.max(0, top() + row * height - (id ? innerHeight / 4 : 0)));
          scrolled = true;
        }
        const tile = scrolled && id ? element.querySelector(`[data-id="${id}"]`) : null;
        if (tile) tile.focus({ preventScroll: true });
        else if (!scrolled || id) requestAnimationFrame(step);
      };
      step();
    },
    toTop() {
      if (scrollY > top()) scrollTo(0, Math.max(0, top()));
    },
    dispose() {
      gone = true;
      clearTimeout(waiting);
      observer.disconnect();
      unreadable.dispose();
      element.removeEventListener('click', leave, true);
      element.removeEventListener('keydown', keys);
    },
  };
}
