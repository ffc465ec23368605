// Small pieces every part of the page uses: elements, requests, dialogs, menus, formats.

/**
 * Builds an element. Strings among the children become text nodes, never markup.
 * @param {string} tag
 * @param {Object} [props] `on…` are listeners, `class` and other names are attributes; null and false are skipped
 * @param {...(Node|string|null)} children
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** An icon of the sprite in index.html. */
export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Replaces the icon inside a button. */
export function setIcon(button, name) {
  button.querySelector('use').setAttribute('href', `#i-${name}`);
}

/** GET as JSON. */
export const get = (path) => request(path, {});

/** POST a JSON object (or a FormData); answers the JSON reply, or null when there is none. */
export function post(path, body = {}) {
  if (body instanceof FormData) return request(path, { method: 'POST', body });
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', ...options });
  } catch {
    throw new Error('Нет связи с демо');
  }
  const text = await response.text();
  if (!response.ok) throw new Error(reasonOf(text) || `Ошибка ${response.status}`);
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reasonOf(text) {
  try {
    const body = JSON.parse(text);
    return body.error || body.description || body.message || '';
  } catch {
    return text.trimStart().startsWith('<') ? '' : text.slice(0, 200);
  }
}

/** Shows a short notice for a few seconds. */
export function toast(host, text) {
  const note = el('div', { class: 'toast', 'data-testid': 'toast' }, text);
  host.append(note);
  while (host.children.length > 3) host.firstChild.remove();
  setTimeout(() => note.remove(), Math.min(8000, 3000 + text.length * 30));
}

/**
 * Opens a modal dialog; resolves with the pressed button's value, or null when dismissed.
 * The button with `main` is the one Enter presses; it has the focus unless a field of the content asks for it.
 * @param {{title?: string, content?: Node[], buttons: {label: string, value: string, main?: boolean}[], className?: string}} options
 * @returns {Promise<string|null>}
 */
export function dialog({ title, content = [], buttons, className = '' }) {
  const form = el('form', { method: 'dialog' },
    title ? el('h2', {}, title) : null,
    ...content,
    el('div', { class: 'dialog-buttons' }, ...buttons.map((button) => el('button', {
      type: button.main ? 'submit' : 'button',
      value: button.value,
      autofocus: button.main,
      class: button.main ? 'main' : null,
      'data-testid': button.main ? 'dialog-ok' : 'dialog-cancel',
      onclick: button.main ? null : () => box.close(button.value),
    }, button.label))));
  const box = el('dialog', { class: `dialog ${className}`, 'aria-label': title || 'Сообщение' }, form);
  box.addEventListener('click', (event) => event.target === box && box.close(''));
  return openDialog(box);
}

/** Shows a <dialog> and resolves with its return value when it closes. */
export function openDialog(box) {
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener('close', () => {
      box.remove();
      resolve(box.returnValue || null);
    });
  });
}

/** A message that must be acknowledged, as an alert of a callback answer. */
export const alertDialog = (text) => dialog({
  content: [el('p', { class: 'dialog-text', 'data-testid': 'alert' }, text)],
  buttons: [{ label: 'ОК', value: 'ok', main: true }],
});

/**
 * A popup menu beside a button.
 * @param {HTMLElement} anchor
 * @param {{label: string, action: () => void, danger?: boolean}[]} items
 */
export function menu(anchor, items) {
  const box = el('div', { class: 'menu', role: 'menu', popover: 'auto' });
  box.append(...items.map((item) => el('button', {
    type: 'button',
    role: 'menuitem',
    class: item.danger ? 'danger' : null,
    onclick: () => {
      box.hidePopover();
      item.action();
    },
  }, item.label)));
  box.addEventListener('toggle', (event) => event.newState === 'closed' && box.remove());
  box.addEventListener('keydown', moveInMenu);
  document.body.append(box);
  box.showPopover();
  placeBeside(box, anchor.getBoundingClientRect());
  box.firstChild.focus({ preventScroll: true });
}

function moveInMenu(event) {
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (!step) return;
  event.preventDefault();
  document.activeElement[step]?.focus();
}

function placeBeside(box, at) {
  const size = box.getBoundingClientRect();
  const below = at.bottom + size.height + 8 < innerHeight;
  const left = at.left + size.width + 8 < innerWidth ? at.left : at.right - size.width;
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - size.height - 4)}px`;
}

/** Copies text; answers whether it worked. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A date of the API: unix seconds, or an RFC 3339 string. */
export const toDate = (value) => new Date(typeof value === 'number' ? value * 1000 : value);

/** «14:05» */
export const clockTime = (date) => date.toLocaleTimeString('ru', { hour: '2-digit', minute: '2-digit' });

/** «Сегодня», «Вчера», «5 мая», «5 мая 2024» */
export function dayName(date, now = new Date()) {
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((midnight(now) - midnight(date)) / 86_400_000);
  if (days === 0) return 'Сегодня';
  if (days === 1) return 'Вчера';
  const sameYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString('ru', { day: 'numeric', month: 'long', year: sameYear ? undefined : 'numeric' })
    .replace(' г.', '');
}

/** «1:05» of seconds */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** «1,4 МБ» of bytes */
export function fileSize(bytes) {
  if (bytes === null || bytes === undefined) return '';
  const units = ['Б', 'КБ', 'МБ', 'ГБ'];
  const power = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log(bytes) / Math.log(1024)));
  const value = bytes / 1024 ** power;
  return `${value.toLocaleString('ru', { maximumFractionDigits: power && value < 100 ? 1 : 0 })} ${units[power]}`;
}

/** Remembers a small thing between visits; a browser that forbids it just forgets. */
export const memory = {
  read(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch { /* a private window keeps nothing */ }
  },
};
