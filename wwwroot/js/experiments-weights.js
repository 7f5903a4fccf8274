// Sends a chosen weights file as it is, so that it goes to the server's disk without passing through the page's circuit.
const every = 200;

export function create(input, owner) {
  let request = null;
  const tell = (...message) => owner.invokeMethodAsync(...message).catch(() => { /* the circuit is gone, and its page with it */ });
  const finish = (path, problem) => {
    request = null;
    input.value = ''; // so that the same file can be chosen again
    tell('UploadEnded', path, problem);
  };

  async function send() {
    const file = input.files[0];
    if (!file || request) return;
    request = new XMLHttpRequest();
    const mine = request;
    mine.responseType = 'json';
    let last = 0;
    mine.upload.addEventListener('progress', e => {
      const now = performance.now();
      if (now - last < every && e.loaded < e.total) return;
      last = now;
      tell('Progressed', e.loaded, e.total);
    });
    mine.addEventListener('load', () => finish(mine.response?.path ?? null, mine.response?.path ? null : mine.response?.problem ?? `The server refused the file (status ${mine.status}).`));
    mine.addEventListener('error', () => finish(null, 'The connection to the server broke, or the file changed while it was read. Try again.'));
    tell('Progressed', 0, file.size);
    try {
      const answer = await fetch('experiments/weights/token', { cache: 'no-store' });
      const { header, token } = await answer.json();
      if (request !== mine) return;
      mine.open('POST', `experiments/weights?name=${encodeURIComponent(file.name)}`);
      mine.setRequestHeader(header, token);
      mine.setRequestHeader('Content-Type', 'application/octet-stream');
      mine.send(file);
    } catch (e) {
      finish(null, `The server could not be reached (${e.message}). Try again.`);
    }
  }

  input.addEventListener('change', send);
  return {
    dispose() {
      input.removeEventListener('change', send);
      const open = request;
      request = null;
      open?.abort();
    },
  };
}
