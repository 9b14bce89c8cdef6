// The calls of the page. All go to the manager that served it, with the session's cookie.

// Unlike the cookie, this is not given to other ports of the manager's address.
const SECRET = 'berth-session-secret';

/** What the manager says is wrong; status 401 means that the session is over. */
export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function failure(answer) {
  let message = `the manager answers ${answer.status}`;
  try {
    message = (await answer.json()).message || message;
  } catch {
    // Not every answer on the way here is the manager's.
  }
  return new Failure(answer.status, message);
}

async function send(method, path, body, signal) {
  const headers = {'X-Berth-Session': localStorage.getItem(SECRET) || ''};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(path, {
      method, headers, signal, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Failure(0, 'The manager does not answer; trying again.');
  }
  if (!answer.ok) throw await failure(answer);
  return answer;
}

async function json(method, path, body) {
  const answer = await send(method, path, body);
  return answer.status === 204 ? {} : answer.json();
}

export const session = () => json('GET', 'session');

export async function login(proof) {
  const {secret, ...known} = await json('POST', 'session', proof);
  localStorage.setItem(SECRET, secret);
  return known;
}

export async function logout() {
  await json('DELETE', 'session');
  localStorage.removeItem(SECRET);
}

export const get = (path) => json('GET', `api${path}`);
export const put = (path, body) => json('PUT', `api${path}`, body);

/** Hands on each line of an answer that does not end, as JSON. */
export async function follow(path, signal, take) {
  const answer = await send('GET', `api${path}`, undefined, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line) take(JSON.parse(line));
  }
}
