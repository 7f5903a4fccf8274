// The light box: zoom, pan, level and window of one image. All of it happens here, so that dragging never waits for the server.
const LARGEST = 40;
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export function create(root) {
  const stage = root.querySelector('[data-stage]');
  const layer = root.querySelector('[data-layer]');
  const note = root.querySelector('[data-note]');
  const transfer = [...root.querySelectorAll('feFuncR, feFuncG, feFuncB')];
  const ranges = { level: root.querySelector('[data-range=level]'), window: root.querySelector('[data-range=window]') };
  const out = name => root.querySelector(`[data-out=${name}]`);
  const image = () => layer.querySelector('img');
  const listeners = new AbortController();
  const on = (target, type, handler, options) => target.addEventListener(type, handler, { ...options, signal: listeners.signal });

  let scale = 1, x = 0, y = 0;
  let fitted = true;
  let tone = { level: 128, window: 256, inverted: false };

  const size = () => ({ width: image()?.naturalWidth || 1, height: image()?.naturalHeight || 1 });
  const fitScale = () => Math.min(stage.clientWidth / size().width, stage.clientHeight / size().height);
  const least = () => Math.min(fitScale(), 1) / 4;

  const isShown = () => image()?.naturalWidth > 0;

  function place() {
    if (!isShown()) return;
    const { width, height } = size();
    // At least a part of the image stays in sight.
    const margin = 40;
    x = clamp(x, margin - width * scale, stage.clientWidth - margin);
    y = clamp(y, margin - height * scale, stage.clientHeight - margin);
    layer.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    layer.classList.toggle('fd-pixels', scale >= 4);
    out('zoom').textContent = `${Math.round(scale * 100)} %`;
    stage.dataset.scale = scale.toFixed(4);
  }

  function centre(next) {
    const { width, height } = size();
    scale = next;
    x = (stage.clientWidth - width * scale) / 2;
    y = (stage.clientHeight - height * scale) / 2;
    place();
  }

  const fit = () => { fitted = true; if (isShown()) centre(fitScale()); };
  const actual = () => { fitted = false; if (isShown()) centre(1 / (devicePixelRatio || 1)); };

  // The point under the cursor stays under it.
  function zoom(factor, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) {
    if (!isShown()) return;
    const next = clamp(scale * factor, least(), LARGEST);
    x = atX - (atX - x) * (next / scale);
    y = atY - (atY - y) * (next / scale);
    scale = next;
    fitted = false;
    place();
  }

  // Grey g becomes (g - (level - window / 2)) / window, as radiology viewers do; inverted afterwards.
  function paint() {
    let slope = 256 / tone.window;
    let intercept = 0.5 - (tone.level / 256) * slope;
    if (tone.inverted) [slope, intercept] = [-slope, 1 - intercept];
    for (const f of transfer) {
      f.setAttribute('slope', slope);
      f.setAttribute('intercept', intercept);
    }
    // Untouched, the image is shown without a filter: quicker, and exactly as it is.
    layer.style.filter = slope === 1 && intercept === 0 ? 'none' : 'url(#fd-window)';
    for (const name of ['level', 'window']) {
      ranges[name].value = tone[name];
      out(name).textContent = Math.round(tone[name]);
    }
    root.querySelector('[data-act=invert]').setAttribute('aria-pressed', tone.inverted);
    stage.dataset.tone = `${Math.round(tone.level)}/${Math.round(tone.window)}${tone.inverted ? '/inverted' : ''}`;
  }

  function setTone(change) {
    tone = { ...tone, ...change };
    tone.level = clamp(tone.level, 0, 255);
    tone.window = clamp(tone.window, 2, 512);
    paint();
  }

  const acts = {
    in: () => zoom(1.25),
    out: () => zoom(0.8),
    fit,
    actual,
    invert: () => setTone({ inverted: !tone.inverted }),
    reset: () => { setTone({ level: 128, window: 256, inverted: false }); fit(); },
  };
  on(root, 'click', e => acts[e.target.closest('[data-act]')?.dataset.act]?.());
  for (const name of ['level', 'window']) on(ranges[name], 'input', e => setTone({ [name]: Number(e.target.value) }));

  // The image element is replaced with the image: its events are caught on the way.
  const ready = () => { note.hidden = true; stage.classList.remove('fd-waiting', 'fd-failed'); if (fitted) fit(); else centre(scale); };
  const failed = () => { note.hidden = false; out('zoom').textContent = '–'; stage.classList.remove('fd-waiting'); stage.classList.add('fd-failed'); };
  on(layer, 'load', ready, { capture: true });
  on(layer, 'error', failed, { capture: true });
  const swapped = new MutationObserver(() => { note.hidden = true; stage.classList.remove('fd-failed'); if (image() && !image().complete) stage.classList.add('fd-waiting'); });
  swapped.observe(layer, { childList: true });

  // Pointers: one drags (right button: level and window), two pinch.
  const pointers = new Map();
  let toning = false;
  const inStage = e => { const box = stage.getBoundingClientRect(); return { x: e.clientX - box.left, y: e.clientY - box.top }; };
  const pinch = () => { const [a, b] = [...pointers.values()]; return { distance: Math.hypot(a.x - b.x, a.y - b.y) || 1, x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }; };
  on(stage, 'pointerdown', e => {
    if (e.pointerType === 'mouse' && e.button !== 0 && e.button !== 2) return;
    stage.setPointerCapture(e.pointerId);
    pointers.set(e.pointerId, inStage(e));
    toning = e.button === 2;
    stage.classList.add('fd-dragging');
  });
  on(stage, 'pointermove', e => {
    const last = pointers.get(e.pointerId);
    if (!last) return;
    const now = inStage(e);
    if (pointers.size === 2) {
      const before = pinch();
      pointers.set(e.pointerId, now);
      const after = pinch();
      x += after.x - before.x;
      y += after.y - before.y;
      zoom(after.distance / before.distance, after.x, after.y);
      return;
    }
    pointers.set(e.pointerId, now);
    if (toning) {
      setTone({ level: tone.level + (now.y - last.y) / 2, window: tone.window + (now.x - last.x) });
    } else {
      x += now.x - last.x;
      y += now.y - last.y;
      fitted = false;
      place();
    }
  });
  const lifted = e => {
    pointers.delete(e.pointerId);
    if (pointers.size === 0) stage.classList.remove('fd-dragging');
  };
  on(stage, 'pointerup', lifted);
  on(stage, 'pointercancel', lifted);
  on(stage, 'contextmenu', e => e.preventDefault());
  on(stage, 'dblclick', () => fitted ? actual() : fit());
  on(stage, 'wheel', e => {
    e.preventDefault();
    const at = inStage(e);
    zoom(Math.exp(-clamp(e.deltaY * (e.deltaMode === 1 ? 16 : 1), -240, 240) / 400), at.x, at.y);
  }, { passive: false });

  const go = name => () => document.querySelector(`[data-nav=${name}]:not([disabled])`)?.click();
  const keys = {
    ArrowLeft: go('previous'), ArrowRight: go('next'), Escape: go('back'),
    '+': acts.in, '=': acts.in, '-': acts.out, 0: fit, 1: actual, i: acts.invert, r: acts.reset,
  };
  on(document, 'keydown', e => {
    if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target instanceof HTMLElement && (e.target.isContentEditable || e.target.matches('input, textarea, select'));
    const act = keys[e.key] ?? keys[e.key.toLowerCase()];
    if (!act || (typing && e.key !== 'Escape') || document.querySelector('.mud-dialog')) return;
    e.preventDefault();
    act();
  });

  const resized = new ResizeObserver(() => { if (fitted) fit(); else place(); });
  resized.observe(stage);

  paint();
  if (image()?.complete) (image().naturalWidth ? ready : failed)(); else stage.classList.add('fd-waiting');

  let ahead = [];
  return {
    fetchAhead(addresses) {
      ahead = addresses.map(address => Object.assign(new Image(), { src: address }));
    },
    dispose() {
      listeners.abort();
      resized.disconnect();
      swapped.disconnect();
      ahead = [];
    },
  };
}
