// Runs before the first paint, so that the page never flashes in the wrong theme.
(() => {
  const key = 'fd-theme';
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const system = matchMedia('(prefers-color-scheme: light)');
  const isDark = () => (stored() ?? (system.matches ? 'light' : 'dark')) === 'dark';
  let shown = null;
  const show = (dark) => {
    shown = dark ? 'dark' : 'light';
    document.documentElement.dataset.theme = shown;
  };
  const change = (dark) => {
    show(dark);
    dispatchEvent(new CustomEvent('fd-theme', { detail: dark }));
  };
  let layout = null;
  show(isDark());
  // A page that moves on before its router listens is fetched anew and merged into the document, without this attribute:
  // the program's own colours would be light then and the library's still dark.
  new MutationObserver(() => {
    if (document.documentElement.dataset.theme !== shown) {
      document.documentElement.dataset.theme = shown;
    }
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  // Who has chosen a theme keeps it; who has not follows the system.
  system.addEventListener('change', () => {
    const dark = isDark();
    change(dark);
    layout?.invokeMethodAsync('ShowTheme', dark);
  });
  globalThis.fractureDashboard = {
    isDark,
    watchTheme(reference) { layout = reference; return isDark(); },
    setDark(dark) {
      try { localStorage.setItem(key, dark ? 'dark' : 'light'); } catch { /* private window: lasts for this page */ }
      change(dark);
    },
    utcOffsetMinutes: () => -new Date().getTimezoneOffset(),
  };
})();
