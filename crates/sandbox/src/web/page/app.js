// The demo's web chat: people on the left, one or two chats, the emulated KIE on the right.
import { clockTime, dialog, el, get, icon, memory, menu, post, toDate } from './ui.js';
import { Chat } from './chat.js';
import { KiePanel } from './kie.js';
import { preview } from './message.js';
import { ChatView, setBadge } from './view.js';

/** A browser opens six connections to one address over HTTP/1.1; streams must leave some for requests. */
const STREAMS_MAX = 3;
const ROTATE_MS = 5_000;
const RETRY_MS = 2_000;

const wide = matchMedia('(min-width: 1100px)');
const kie = new KiePanel();
/** @type {Map<number, Chat>} */
const chats = new Map();
/** @type {ChatView[]} one pane, or two side by side */
const views = [];
/** @type {Map<number, HTMLElement>} */
const items = new Map();

const byId = (id) => document.getElementById(id);

// ---- people ----

async function loadPeople() {
  const people = await get('/api/people');
  for (const person of people) {
    const known = chats.get(person.id);
    if (known) known.setPerson(person);
    else addChat(person);
  }
}

function addChat(person) {
  const chat = new Chat(person);
  chats.set(person.id, chat);
  for (const type of ['upsert', 'remove', 'state']) chat.addEventListener(type, () => refreshItem(chat));
  const item = renderItem(chat);
  items.set(person.id, item);
  byId('people').append(item);
  refreshItem(chat);
  allotStreams();
}

function renderItem(chat) {
  const { person } = chat;
  const open = el('button', { type: 'button', class: 'person-item', 'data-testid': 'person', 'data-id': person.id, onclick: () => show(chat) },
    avatar(person),
    el('span', { class: 'person-text' },
      el('span', { class: 'person-top' }, el('span', { class: 'person-name' }, person.name), el('time')),
      el('span', { class: 'person-top' }, el('span', { class: 'person-last' }), el('span', { class: 'badge', hidden: true }))));
  const beside = el('button', { type: 'button', class: 'icon-button beside', 'aria-label': `Открыть рядом: ${person.name}`, title: 'Открыть рядом', onclick: () => showBeside(chat) }, icon('split'));
  return el('li', {}, open, beside);
}

function avatar(person) {
  const letters = [...person.name.trim()].slice(0, 1).join('').toUpperCase() || '?';
  return el('span', { class: `avatar tint-${Math.abs(person.id) % 7}`, 'aria-hidden': 'true' }, letters);
}

function refreshItem(chat) {
  const item = items.get(chat.person.id);
  if (!item) return;
  const { last, typing, person } = chat;
  const line = item.querySelector('.person-last');
  if (person.blocked) line.textContent = '🚫 бот заблокирован';
  else if (typing) line.textContent = 'бот печатает…';
  else if (last) line.textContent = `${last.from === 'person' ? 'Вы: ' : ''}${preview(last)}`;
  else line.textContent = chat.loaded ? 'пока нет сообщений' : '';
  item.querySelector('time').textContent = last ? clockTime(toDate(last.date)) : '';
  item.querySelector('.person-item').setAttribute('aria-current', String(isShown(chat)));
  const unread = unreadOf(chat);
  setBadge(item.querySelector('.badge'), unread);
  refreshTotals();
}

function refreshTotals() {
  const counts = [...chats.values()].map((chat) => unreadOf(chat));
  const total = counts.reduce((sum, count) => sum + count, 0);
  document.title = total ? `(${total}) kiebot — демо` : 'kiebot — демо';
  for (const view of views) setBadge(view.part.others, total);
}

async function addPerson() {
  const name = el('input', { type: 'text', required: true, autofocus: true, maxlength: '64', placeholder: 'Имя', 'aria-label': 'Имя', 'data-testid': 'person-name' });
  const language = el('select', { 'aria-label': 'Язык', 'data-testid': 'person-language' },
    el('option', { value: 'ru' }, 'Русский'), el('option', { value: 'en' }, 'English'));
  const choice = await dialog({
    title: 'Новый человек',
    content: [el('label', { class: 'field' }, 'Имя', name), el('label', { class: 'field' }, 'Язык Telegram', language)],
    buttons: [{ label: 'Отмена', value: '' }, { label: 'Добавить', value: 'add', main: true }],
  });
  if (choice !== 'add' || !name.value.trim()) return;
  const known = new Set(chats.keys());
  await guarded(async () => {
    await post('/api/people', { name: name.value.trim(), language: language.value });
    await loadPeople();
    const added = [...chats.keys()].find((id) => !known.has(id));
    if (added !== undefined) show(chats.get(added));
  });
}

async function setBlocked(chat, blocked) {
  await guarded(async () => {
    await chat.setBlocked(blocked);
    chat.setPerson({ ...chat.person, blocked });
  });
}

async function guarded(work) {
  try {
    await work();
  } catch (error) {
    views[0]?.notice(error.message);
  }
}

// ---- what was read ----

const seenKey = (chat) => `kiebot.seen.${chat.person.id}`;

function unreadOf(chat) {
  const seen = chat.seen ?? Number(memory.read(seenKey(chat)) || 0);
  // A fresh demo counts its messages from the beginning again.
  const floor = chat.last && chat.last.id < seen ? 0 : seen;
  return [...chat.messages.values()].filter((m) => m.from === 'bot' && m.id > floor).length;
}

function markSeen(chat) {
  if (document.hidden || !chat.last || !isOnScreen(chat) || chat.seen === chat.last.id) return;
  chat.seen = chat.last.id;
  memory.write(seenKey(chat), String(chat.seen));
  refreshItem(chat);
}

const isShown = (chat) => views.some((view) => view.chat === chat);
const isOnScreen = (chat) => isShown(chat) && (document.body.dataset.screen === 'chat' || !matchMedia('(max-width: 759px)').matches);

// ---- streams ----

/** Shown chats always listen; the others share what is left, in turns. A hidden page keeps only its own. */
function allotStreams() {
  const shown = [...chats.values()].filter(isShown);
  const rest = [...chats.values()].filter((chat) => !isShown(chat));
  const free = document.hidden ? 0 : Math.max(1, STREAMS_MAX - shown.length);
  const chosen = new Set([...shown, ...rest.slice(0, free)]);
  for (const chat of chats.values()) if (!chosen.has(chat)) chat.disconnect();
  for (const chat of chosen) chat.connect();
}

/** Lets people who have no stream of their own take a turn, so that their unread marks stay true. */
function rotateStreams() {
  const rest = [...chats.values()].filter((chat) => !isShown(chat));
  const idle = rest.find((chat) => !chat.connected);
  if (document.hidden || !idle) return;
  const listening = rest.filter((chat) => chat.connected);
  const turn = listening.reduce((oldest, chat) => ((chat.since || 0) < (oldest.since || 0) ? chat : oldest), listening[0]);
  turn?.disconnect();
  const next = rest.filter((chat) => !chat.connected && chat !== turn)
    .reduce((oldest, chat) => ((chat.since || 0) < (oldest.since || 0) ? chat : oldest), idle);
  next.since = performance.now();
  next.connect();
}

// ---- panes ----

function addView() {
  const view = new ChatView({
    onBack: () => setScreen('list'),
    onMenu: openMenu,
    onClose: closeView,
    onBlock: setBlocked,
    onSeen: markSeen,
    openLink: openDeepLink,
  });
  view.root.querySelector('[data-action="kie"]').addEventListener('click', toggleKie);
  views.push(view);
  byId('panes').append(view.root);
  return view;
}

/** Opens a chat in the first pane; a chat already on screen is only focused. */
function show(chat) {
  const view = views.find((candidate) => candidate.chat === chat) || views[0] || addView();
  view.bind(chat);
  if (view === views[0]) history.replaceState(null, '', `#${chat.person.id}`);
  setScreen('chat');
  afterPanesChange();
  if (matchMedia('(pointer: fine)').matches) view.part.text.focus({ preventScroll: true });
}

function showBeside(chat) {
  if (isShown(chat)) return show(chat);
  const view = views[1] || addView();
  view.bind(chat);
  afterPanesChange();
}

function closeView(view) {
  view.unbind();
  view.root.remove();
  views.splice(views.indexOf(view), 1);
  afterPanesChange();
}

function afterPanesChange() {
  document.body.classList.toggle('two', views.length > 1);
  views.forEach((view, i) => { view.part.close.hidden = i === 0; });
  allotStreams();
  for (const chat of chats.values()) refreshItem(chat);
  syncKieToggles();
}

function setScreen(screen) {
  document.body.dataset.screen = screen;
  views.forEach((view) => view.chat && markSeen(view.chat));
}

function openMenu(view, anchor) {
  const { chat } = view;
  const { blocked } = chat.person;
  menu(anchor, [
    { label: 'Отправить /start', action: () => view.send('/start') },
    blocked
      ? { label: 'Разблокировать бота', action: () => setBlocked(chat, false) }
      : { label: 'Заблокировать бота', danger: true, action: () => setBlocked(chat, true) },
  ]);
}

/** A link that starts the bot («t.me/bot?start=…») is opened by one of the people here. */
function openDeepLink(url) {
  const link = new URL(url, location.href);
  const payload = link.searchParams.get('start');
  const telegram = ['t.me', 'telegram.me'].includes(link.hostname) || link.protocol === 'tg:';
  if (!telegram || payload === null) return false;
  chooseWhoOpens(payload);
  return true;
}

async function chooseWhoOpens(payload) {
  const select = el('select', { 'aria-label': 'Кто открывает ссылку' },
    ...[...chats.values()].map(({ person }) => el('option', { value: person.id }, person.name)));
  const choice = await dialog({
    title: 'Кто открывает ссылку?',
    content: [el('p', { class: 'dialog-note' }, `Боту придёт /start ${payload}`), select],
    buttons: [{ label: 'Отмена', value: '' }, { label: 'Открыть', value: 'open', main: true }],
  });
  if (choice !== 'open') return;
  const chat = chats.get(Number(select.value));
  show(chat);
  await guarded(() => chat.sendText(`/start ${payload}`));
}

// ---- the KIE panel ----

function toggleKie() {
  setKie(!kie.open);
  if (wide.matches) memory.write('kiebot.kie', kie.open ? 'open' : 'closed');
}

function setKie(open) {
  kie.setOpen(open);
  byId('kie-backdrop').hidden = !open;
  document.body.classList.toggle('kie-open', open);
  syncKieToggles();
}

function syncKieToggles() {
  for (const button of document.querySelectorAll('[data-action="kie"]')) button.setAttribute('aria-expanded', String(kie.open));
}

// ---- start ----

function listen() {
  byId('add-person').addEventListener('click', addPerson);
  byId('kie-close').addEventListener('click', toggleKie);
  byId('kie-backdrop').addEventListener('click', toggleKie);
  document.querySelector('.people [data-action="kie"]').addEventListener('click', toggleKie);
  document.addEventListener('keydown', (event) => {
    const inDialog = document.querySelector('dialog[open], [popover]:popover-open');
    if (event.key === 'Escape' && !wide.matches && kie.open && !inDialog) toggleKie();
  });
  document.addEventListener('visibilitychange', () => {
    allotStreams();
    if (!document.hidden) loadPeople().catch(() => {});
    views.forEach((view) => view.chat && markSeen(view.chat));
  });
  // A page kept for the «back» button would go on holding its connections.
  addEventListener('pagehide', () => chats.forEach((chat) => chat.disconnect()));
  addEventListener('pageshow', allotStreams);
  wide.addEventListener('change', () => !wide.matches && views[1] && closeView(views[1]));
  addEventListener('hashchange', () => {
    const chat = chats.get(Number(location.hash.slice(1)));
    if (chat) show(chat);
  });
  // A file dropped beside a chat must not replace the page.
  for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
  setInterval(rotateStreams, ROTATE_MS);
}

/** The demo may still be starting: ask until it answers. */
async function start() {
  try {
    await loadPeople();
  } catch {
    byId('panes').replaceChildren(el('p', { class: 'waiting', role: 'status' }, 'нет связи с демо — переподключаемся…'));
    setTimeout(start, RETRY_MS);
    return;
  }
  byId('panes').replaceChildren();
  const wanted = chats.get(Number(location.hash.slice(1))) || chats.values().next().value;
  if (wanted) show(wanted);
  else setScreen('list');
  setKie(wide.matches && memory.read('kiebot.kie') !== 'closed');
}

listen();
start();
