// Elements. What tenants call their things only ever becomes text.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; a string child is text. */
export function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** Puts a page's template into the main part. */
export function page(id) {
  const main = $('main');
  main.replaceChildren($(id).content.cloneNode(true));
  return main;
}

/**
 * Makes a list's children match things, by their keys: an element stays the same for as long as its
 * thing does, so that what has the focus keeps it.
 */
export function match(parent, things, key, make, update) {
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  things.forEach((thing, index) => {
    const id = String(key(thing));
    let child = before.get(id);
    before.delete(id);
    if (!child) {
      child = make(thing);
      child.dataset.key = id;
    }
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] || null);
    update(child, thing);
  });
  before.forEach((child) => child.remove());
}

/** Fills a table: columns are {title, number, of(row)}, where of gives text or an element. */
export function table(element, columns, rows, key, none) {
  if (!element.tHead) {
    const head = el('tr', {}, ...columns.map((column) =>
      el('th', {scope: 'col', class: column.number ? 'number' : undefined}, column.title)));
    element.append(el('thead', {}, head), el('tbody'));
  }
  const body = element.tBodies[0];
  const shown = rows.length ? rows : [null];
  match(body, shown, (row) => (row ? key(row) : ''), () => el('tr'), (line, row) => {
    const cells = row
      ? columns.map((column) => el('td', {class: column.number ? 'number' : undefined}, column.of(row)))
      : [el('td', {colspan: columns.length, class: 'none'}, none)];
    line.replaceChildren(...cells);
  });
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let number = value || 0;
  while (number >= 1024 && unit < units.length - 1) {
    number /= 1024;
    unit++;
  }
  return `${number >= 10 || unit === 0 ? Math.round(number) : number.toFixed(1)} ${units[unit]}`;
}

export const count = (number, thing) => `${number} ${thing}${number === 1 ? '' : 's'}`;

export const percent = (part) => `${Math.round(part * 100)} %`;

/** A bar that says how much of something is used. */
export function bar(label, used, all) {
  const part = all > 0 ? Math.min(1, used / all) : 0;
  const fill = el('i');
  fill.style.width = `${part * 100}%`;
  const level = part > 0.9 ? 'groove full' : part > 0.75 ? 'groove high' : 'groove';
  return el('div', {
    class: level, role: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100,
    'aria-valuenow': Math.round(part * 100),
  }, fill);
}

/** What a tenant has of each quantity that is limited. */
export function quotas(tenant, quota) {
  const limits = Object.entries(quota);
  if (!limits.length) return el('span', {class: 'none'}, 'no limits');
  return el('div', {}, ...limits.map(([word, limit]) =>
    el('div', {class: 'quota'}, el('span', {}, word),
      bar(`${word} of ${tenant}`, limit.used, limit.limit), el('span', {class: 'number'}, limit.text))));
}

const MOST_EVENTS = 200;

/** Puts a line on top of the newest ones. */
export function event(list, at, text, isRefused) {
  const time = el('time', {datetime: at.toISOString()}, at.toTimeString().slice(0, 8));
  list.prepend(el('li', {}, time, el('span', {class: isRefused ? 'refused' : undefined}, text)));
  while (list.children.length > MOST_EVENTS) list.lastElementChild.remove();
}
