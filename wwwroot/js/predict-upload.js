// Takes dropped, chosen or pasted files and folders and posts the files, a few at a time. The page (a .NET object) decides what is
// sent and shows what came back; the bytes never pass through its circuit.
const progressInterval = 200;
// Files announced in one message.
const chunk = 50;
// The server decodes two at a time; a third is on its way meanwhile.
const atOnce = 3;

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

// What file managers leave in folders is not sent.
const isLitter = name => name.startsWith('.') || ['thumbs.db', 'desktop.ini'].includes(name.toLowerCase());

// Read at once: the list is emptied when the event is over. Folders are entered afterwards.
function entriesOf(transfer) {
  const items = [...(transfer.items ?? [])].filter(i => i.kind === 'file');
  if (items.length === 0) return [...transfer.files].map(file => ({ file }));
  return items
    .map(item => ({ entry: item.webkitGetAsEntry?.(), file: item.getAsFile() }))
    .filter(({ entry, file }) => entry?.isDirectory || file !== null);
}

function listFolder(reader) {
  return new Promise(resolve => reader.readEntries(resolve, () => resolve([])));
}

function openEntry(entry) {
  return new Promise(resolve => entry.file(resolve, () => resolve(null)));
}

// Adds the files of a folder and of those in it, until there are too many anyway.
async function enter(folder, files, most) {
  const reader = folder.createReader();
  for (let batch = await listFolder(reader); batch.length > 0 && files.length <= most; batch = await listFolder(reader)) {
    for (const entry of batch.sort((a, b) => a.name.localeCompare(b.name))) {
      if (files.length > most) return;
      if (isLitter(entry.name)) continue;
      if (entry.isDirectory) {
        await enter(entry, files, most);
        continue;
      }
      const file = await openEntry(entry);
      if (file !== null) files.push(file);
    }
  }
}

async function filesOf(entries, most) {
  const files = [];
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await enter(entry, files, most);
    else files.push(file);
  }
  return files;
}

export function attach(zone, input, folderInput, page, maximum, tokenUrl) {
  const listeners = new AbortController();
  const on = (target, name, handler) => target.addEventListener(name, handler, { signal: listeners.signal });
  let sending = null;

  // In parts, because a message to the page may not be large.
  async function announce(files, total) {
    const urls = [];
    for (let at = 0; at < files.length; at += chunk) {
      const part = files.slice(at, at + chunk).map(file => ({ name: file.name, bytes: file.size }));
      const answer = await page.invokeMethodAsync(at === 0 ? 'Accept' : 'AcceptMore', part, total);
      if (answer.length === 0) return [];
      urls.push(...answer);
    }
    return urls;
  }

  async function send(files) {
    if (files.length === 0) return;
    const chosen = files.slice(0, maximum);
    const urls = await announce(chosen, files.length);
    if (urls.length === 0) return;
    const cancelling = sending = new AbortController();
    try {
      let token;
      try {
        token = await fetchToken(tokenUrl, cancelling.signal);
      } catch {
        token = null;
      }
      const queue = [...urls.entries()].filter(([, url]) => url !== null);
      const work = async () => {
        for (let next = queue.shift(); next !== undefined && !cancelling.signal.aborted; next = queue.shift()) {
          const [index, url] = next;
          await page.invokeMethodAsync('Progress', index, 0);
          const reply = token === null
            ? { message: 'The server is not reachable. Check that it runs, then try again.' }
            : await post(url, token, chosen[index], cancelling.signal, share => page.invokeMethodAsync('Progress', index, share).catch(() => {}));
          if (listeners.signal.aborted) return;
          await page.invokeMethodAsync('AnswerAsync', index, reply);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    } finally {
      sending = null;
      if (!listeners.signal.aborted) await page.invokeMethodAsync('Finish');
    }
  }

  const carriesFiles = e => [...(e.dataTransfer?.types ?? [])].includes('Files');
  const highlight = active => zone.toggleAttribute('data-over', active);

  for (const source of [input, folderInput]) {
    on(source, 'change', () => {
      const files = [...source.files].filter(file => source === input || !isLitter(file.name));
      // Emptied, so that the same file can be chosen again.
      source.value = '';
      void send(files);
    });
  }

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
    if (!zone.contains(e.target)) return;
    const entries = entriesOf(e.dataTransfer);
    void filesOf(entries, maximum).then(send);
  });
  on(document, 'paste', e => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    e.preventDefault();
    void send(files);
  });

  // A file chosen before this module arrived is not lost.
  if (input.files.length > 0) input.dispatchEvent(new Event('change'));

  return {
    cancel: () => sending?.abort(),
    save(name, text) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
      link.download = name;
      link.click();
      // Later, because the download only begins after this.
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    },
    dispose() {
      listeners.abort();
      sending?.abort();
    },
  };
}
