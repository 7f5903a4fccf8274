// Runs before the first paint, so that the page never flashes in the wrong theme.
(() => {
  const key = 'fd-theme';
  const stored = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const isDark = () => (stored() ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')) === 'dark';
  const apply = () => document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
  apply();
  globalThis.fractureDashboard = {
    isDark,
    setDark(dark) {
      try { localStorage.setItem(key, dark ? 'dark' : 'light'); } catch { /* private window: lasts for this page */ }
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
      dispatchEvent(new CustomEvent('fd-theme', { detail: dark }));
    },
    utcOffsetMinutes: () => -new Date().getTimezoneOffset(),
  };
})();
