// Who is there, which page that is, and keeping it fresh.

import {Failure, login, logout, session} from './api.js';
import {$, page} from './dom.js';
import {operator} from './operator.js';
import {tenant} from './tenant.js';

const AGAIN = 2000;
let end = null;

function trouble(text) {
  $('trouble').textContent = text;
  $('trouble').hidden = !text;
}

async function run(act) {
  try {
    await act();
    trouble('');
  } catch (error) {
    if (error instanceof Failure && error.status === 401) showLogin();
    else if (error.name !== 'AbortError') trouble(error.message);
  }
}

function stop() {
  if (end) end.abort();
  end = null;
}

/** Repeats while the page is looked at. */
function keep(view) {
  end = new AbortController();
  const {signal} = end;
  for (const round of view.rounds) {
    const again = async () => {
      if (signal.aborted) return;
      if (!document.hidden) await run(round.act);
      if (!signal.aborted) setTimeout(again, round.every);
    };
    again();
  }
  const listen = async () => {
    if (signal.aborted) return;
    try {
      await view.follow(signal);
    } catch (error) {
      if (error instanceof Failure && error.status === 404) return;
    }
    if (!signal.aborted) setTimeout(listen, AGAIN);
  };
  listen();
}

function show(known) {
  stop();
  trouble('');
  $('who').textContent = `${known.user} in ${known.tenant}, ${known.role}`;
  $('logout').hidden = false;
  keep(known.role === 'admin' ? operator(run) : tenant(run));
}

function showLogin(passwords = true) {
  if (document.querySelector('.login')) return;
  stop();
  trouble('');
  $('who').textContent = '';
  $('summary').textContent = '';
  $('logout').hidden = true;
  const form = page('login-page').querySelector('form');
  const choose = (kind) => {
    for (const each of ['password', 'token']) {
      for (const part of form.querySelectorAll(`.of-${each}`)) {
        part.hidden = each !== kind;
        for (const input of part.querySelectorAll('input')) input.disabled = each !== kind;
      }
    }
    form.elements.tenant.required = kind === 'token';
  };
  form.addEventListener('change', (change) => {
    if (change.target.name === 'kind') choose(change.target.value);
  });
  form.addEventListener('submit', async (submit) => {
    submit.preventDefault();
    const proof = {};
    for (const input of form.querySelectorAll('input:not([type=radio]):not(:disabled)')) {
      if (input.value) proof[input.name] = input.value;
    }
    const failure = form.querySelector('.failure');
    failure.textContent = '';
    try {
      show(await login(proof));
      $('main').focus();
    } catch (error) {
      failure.textContent = error.message;
    }
  });
  if (!passwords) {
    form.querySelector('[value=token]').checked = true;
    choose('token');
    form.querySelector('fieldset').hidden = true;
  }
  form.querySelector('input:not([type=radio]):not(:disabled)').focus();
}

$('logout').addEventListener('click', async () => {
  await run(logout);
  showLogin();
});

$('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
});

const theme = localStorage.getItem('theme');
if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;

run(async () => {
  const known = await session();
  if (known.user) show(known);
  else showLogin(known.passwords);
});
