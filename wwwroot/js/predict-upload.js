// Takes dropped, chosen or pasted files and posts them one after another. The page (a .NET object) decides what is
// sent and shows what came back; the bytes never pass through its circuit.
const progressInterval = 200;

// XMLHttpRequest, because fetch does not tell how far an upload is.
function post(url, token, file, signal, onProgress) {
  return new Promise(resolve => {
    const form = new FormData();
    form.append('file', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.responseType = 'json';
    request.setRequestHeader(token.header, token.token);
    let last = 0;
    request.upload.onprogress = e => {
      const now = performance.now();
      if (e.lengthComputable && now - last >= progressInterval) {
        last = now;
        onProgress(e.loaded / e.total);
      }
    };
    request.upload.onload = () => onProgress(1);
    request.onload = () => resolve(request.response ?? { message: `The server answered with an error (${request.status}). Try again.` });
    request.onerror = () => resolve({ message: 'The file could not be sent: the server is not reachable, or the file can no longer be read. Try again.' });
    request.onabort = () => resolve({ message: 'Cancelled.' });
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}

async function fetchToken(url, signal) {
  const response = await fetch(url, { cache: 'no-store', signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

// Read at once: the list is emptied when the event is over.
function filesOf(transfer) {
  const items = [...(transfer.items ?? [])].filter(i => i.kind === 'file');
  if (items.length === 0) return [...transfer.files].map(file => ({ file, folder: false }));
  return items
    .map(item => ({ file: item.getAsFile(), folder: item.webkitGetAsEntry?.()?.isDirectory ?? false }))
    .filter(entry => entry.file !== null);
}

export function attach(zone, input, page, maximum, tokenUrl) {
  const listeners = new AbortController();
  const on = (target, name, handler) => target.addEventListener(name, handler, { signal: listeners.signal });
  let sending = null;

  async function send(entries) {
    if (entries.length === 0) return;
    const chosen = entries.slice(0, maximum);
    const urls = await page.invokeMethodAsync('Accept', chosen.map(({ file, folder }) => ({ name: file.name, bytes: file.size, isFolder: folder })), entries.length);
    if (!urls.some(url => url !== null)) return;
    const cancelling = sending = new AbortController();
    try {
      let token;
      try {
        token = await fetchToken(tokenUrl, cancelling.signal);
      } catch {
        token = null;
      }
      for (const [index, url] of urls.entries()) {
        if (url === null) continue;
        if (cancelling.signal.aborted) break;
        await page.invokeMethodAsync('Progress', index, 0);
        const reply = token === null
          ? { message: 'The server is not reachable. Check that it runs, then try again.' }
          : await post(url, token, chosen[index].file, cancelling.signal, share => page.invokeMethodAsync('Progress', index, share).catch(() => {}));
        if (listeners.signal.aborted) return;
        await page.invokeMethodAsync('AnswerAsync', index, reply);
      }
    } finally {
      sending = null;
      if (!listeners.signal.aborted) await page.invokeMethodAsync('Finish');
    }
  }

  const carriesFiles = e => [...(e.dataTransfer?.types ?? [])].includes('Files');
  const highlight = active => zone.toggleAttribute('data-over', active);

  on(input, 'change', () => {
    const entries = [...input.files].map(file => ({ file, folder: false }));
    // Emptied, so that the same file can be chosen again.
    input.value = '';
    void send(entries);
  });

  // A file dropped beside the zone would otherwise replace the page.
  on(document, 'dragover', e => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    const inside = zone.contains(e.target) && !input.disabled;
    e.dataTransfer.dropEffect = inside ? 'copy' : 'none';
    highlight(inside);
  });
  on(document, 'dragleave', e => { if (e.relatedTarget === null || !zone.contains(e.relatedTarget)) highlight(false); });
  on(document, 'drop', e => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    highlight(false);
    if (zone.contains(e.target)) void send(filesOf(e.dataTransfer));
  });
  on(document, 'paste', e => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    e.preventDefault();
    void send(files.map(file => ({ file, folder: false })));
  });

  // A file chosen before this module arrived is not lost.
  if (input.files.length > 0) input.dispatchEvent(new Event('change'));

  return {
    cancel: () => sending?.abort(),
    dispose() {
      listeners.abort();
      sending?.abort();
    },
  };
}
