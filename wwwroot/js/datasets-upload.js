// Sends a chosen file with XMLHttpRequest, which, unlike fetch, tells how much has left the machine.
const every = 200;

export function create(input, owner) {
  let request = null;
  const tell = (...message) => owner.invokeMethodAsync(...message).catch(() => { /* the circuit is gone, and its page with it */ });
  const chosen = () => {
    const file = input.files[0];
    tell('FileChosen', file?.name ?? null, file?.size ?? 0);
  };
  input.addEventListener('change', chosen);
  if (input.files.length) chosen(); // quicker than this module arrived

  async function token() {
    const answer = await fetch('datasets/upload/token', { cache: 'no-store' });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()).token;
  }

  function finish(id, field, problem) {
    request = null;
    tell('UploadEnded', id, field, problem);
  }

  function answered() {
    let reply = {};
    try { reply = JSON.parse(request.responseText); } catch { /* not from our endpoint */ }
    if (request.status === 200 && reply.id) finish(reply.id, null, null);
    else finish(null, reply.field ?? 'Source', reply.problem ?? `The server refused the upload (status ${request.status}). Its log says why.`);
  }

  return {
    async start(name) {
      const file = input.files[0];
      if (!file) return finish(null, 'Source', 'Choose a ZIP archive first.');
      const form = new FormData();
      form.append('name', name);
      form.append('file', file);

      request = new XMLHttpRequest();
      const mine = request;
      let last = 0;
      request.upload.addEventListener('progress', e => {
        const now = performance.now();
        if (now - last < every && e.loaded < e.total) return;
        last = now;
        tell('Progressed', e.loaded, e.total);
      });
      request.addEventListener('load', answered);
      request.addEventListener('error', () => finish(null, 'Source', 'The connection to the server broke, or the file changed while it was read. Try again.'));
      request.addEventListener('abort', () => finish(null, null, null));
      try {
        const value = await token();
        if (request !== mine) return;
        request.open('POST', 'datasets/upload');
        request.setRequestHeader('RequestVerificationToken', value);
        request.send(form);
      } catch (e) {
        finish(null, 'Source', `The server could not be reached (${e.message}). Try again.`);
      }
    },
    cancel() {
      if (!request) return;
      if (request.readyState === XMLHttpRequest.UNSENT) finish(null, null, null);
      else request.abort();
    },
    dispose() {
      input.removeEventListener('change', chosen);
      const open = request;
      request = null;
      open?.abort();
    },
  };
}
