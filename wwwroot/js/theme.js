// Runs before the first paint, so that the page never flashes in the wrong theme.
(() => {
  const key = 'fd-theme';
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const system = matchMedia('(prefers-color-scheme: light)');
  const isDark = () => (stored() ?? (system.matches ? 'light' : 'dark')) === 'dark';
  const show = (dark) => document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  const change = (dark) => {
    show(dark);
    dispatchEvent(new CustomEvent('fd-theme', { detail: dark }));
  };
  let layout = null;
  show(isDark());
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
