// A person's chat: what they see of the bot, kept up to date by the server's event stream.
import { post } from './ui.js';

const TYPING_MS = 6_000;
const ANSWER_MS = 10_000;
const RECONNECT_MS = 2_000;

/**
 * One person's side of the conversation.
 * Events: `upsert` (M), `remove` (id), `answer`, `state` (typing, keyboard, connection, person).
 */
export class Chat extends EventTarget {
  constructor(person) {
    super();
    this.person = person;
    /** @type {Map<number, Object>} messages by id, in order */
    this.messages = new Map();
    this.keyboard = null;
    this.typing = null;
    this.online = null;
    this.loaded = false;
    this.draft = '';
    this.answered = new Set();
  }

  get path() {
    return `/api/chats/${this.person.id}`;
  }

  get last() {
    return [...this.messages.values()].at(-1) || null;
  }

  get connected() {
    return Boolean(this.source);
  }

  connect() {
    if (this.source) return;
    this.source = new EventSource(`${this.path}/stream`);
    this.source.addEventListener('open', () => this.setOnline(true));
    this.source.addEventListener('error', () => this.onLost());
    const handlers = {
      snapshot: (data) => this.onSnapshot(data),
      message: (m) => this.onMessage(m),
      edit: (m) => this.upsert(m),
      delete: ({ id }) => this.remove(id),
      answer: (answer) => this.onAnswer(answer),
      typing: (data) => this.setTyping(data),
      keyboard: (keyboard) => this.setKeyboard(keyboard),
    };
    for (const [name, handle] of Object.entries(handlers)) {
      this.source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  }

  disconnect() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
    this.online = null;
  }

  /** The browser reconnects by itself unless the server answered with an error; then we do. */
  onLost() {
    this.setOnline(false);
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.source = null;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  onSnapshot({ messages, reply_keyboard: keyboard, typing }) {
    const ids = new Set(messages.map((m) => m.id));
    for (const id of [...this.messages.keys()]) if (!ids.has(id)) this.remove(id);
    messages.forEach((m) => this.upsert(m));
    this.loaded = true;
    this.setTyping(typing);
    this.setKeyboard(keyboard);
  }

  onMessage(m) {
    if (m.from === 'bot') this.setTyping(null);
    this.upsert(m);
  }

  upsert(m) {
    const old = this.messages.get(m.id);
    if (old && JSON.stringify(old) === JSON.stringify(m)) return;
    const inOrder = old || !this.last || this.last.id < m.id;
    this.messages.set(m.id, m);
    if (!inOrder) this.messages = new Map([...this.messages].sort(([a], [b]) => a - b));
    this.emit('upsert', m);
  }

  remove(id) {
    if (this.messages.delete(id)) this.emit('remove', id);
  }

  onAnswer(answer) {
    this.answered.add(answer.query_id);
    this.emit('answer', answer);
  }

  setTyping(value) {
    clearTimeout(this.typingEnd);
    this.typing = (value && value.action) || (typeof value === 'string' ? value : null);
    if (this.typing) this.typingEnd = setTimeout(() => this.setTyping(null), TYPING_MS);
    this.emit('state');
  }

  setKeyboard(keyboard) {
    this.keyboard = keyboard?.rows?.length ? keyboard : null;
    this.emit('state');
  }

  setOnline(online) {
    this.online = online;
    this.emit('state');
  }

  setPerson(person) {
    this.person = person;
    this.emit('state');
  }

  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  sendText(text) {
    return post(`${this.path}/text`, { text });
  }

  sendFile(file, kind, caption = '') {
    const form = new FormData();
    form.append('kind', kind);
    form.append('caption', caption);
    form.append('file', file, file.name || `${kind}.bin`);
    return post(`${this.path}/file`, form);
  }

  /** Presses a button; resolves when the bot answered the press, or after ten seconds. */
  async press(messageId, data) {
    const reply = await post(`${this.path}/press`, { message_id: messageId, data });
    const id = reply?.query_id;
    if (!id || this.answered.has(id)) return;
    await new Promise((resolve) => {
      const done = (event) => {
        if (event && event.detail.query_id !== id) return;
        this.removeEventListener('answer', done);
        resolve();
      };
      this.addEventListener('answer', done);
      setTimeout(done, ANSWER_MS);
    });
  }

  pay(messageId) {
    return post(`${this.path}/pay`, { message_id: messageId });
  }

  setBlocked(blocked) {
    return post(`${this.path}/block`, { blocked });
  }
}
