// The pane that shows a chat: header, history, reply keyboard, composer, files and voice.
import { alertDialog, dayName, dialog, duration, el, fileSize, icon, menu, toast, toDate } from './ui.js';
import { price, renderMessage } from './message.js';

const AT_BOTTOM_PX = 60;

const ACTIONS = {
  typing: 'печатает…',
  upload_photo: 'отправляет фото…',
  upload_video: 'отправляет видео…',
  upload_voice: 'отправляет голосовое…',
  upload_document: 'отправляет файл…',
  record_voice: 'записывает голосовое…',
  record_video: 'записывает видео…',
};

/** A pane with a header, the history and the composer. */
export class ChatView {
  /** @param {{onBack, onMenu, onClose, onSeen, openLink}} hooks what the pane asks of the page */
  constructor(hooks) {
    this.hooks = hooks;
    this.root = document.getElementById('chat-template').content.firstElementChild.cloneNode(true);
    this.part = Object.fromEntries([...this.root.querySelectorAll('[data-part]')].map((n) => [n.dataset.part, n]));
    /** @type {Map<number, HTMLElement>} */
    this.items = new Map();
    this.stick = true;
    this.fresh = 0;
    this.keyboardOpen = true;
    this.sending = 0;
    this.actions = {
      press: (m, button, node) => this.press(m, button, node),
      pay: (m, node) => this.pay(m, node),
      send: (text) => this.send(text),
      notice: (text) => this.notice(text),
      openLink: (url) => this.hooks.openLink(url, this.chat),
    };
    this.listen();
    this.listenFiles();
    this.recorder = new VoiceRecorder(this);
  }

  listen() {
    const { part } = this;
    const on = (name, type, handler) => part[name].addEventListener(type, handler);
    on('back', 'click', () => this.hooks.onBack());
    on('menu', 'click', () => this.hooks.onMenu(this, part.menu));
    on('close', 'click', () => this.hooks.onClose(this));
    on('form', 'submit', (event) => this.onSubmit(event));
    on('text', 'input', () => this.onInput());
    on('text', 'keydown', (event) => this.onKey(event));
    on('start', 'click', () => this.send('/start'));
    on('unblock', 'click', () => this.hooks.onBlock(this.chat, false));
    on('toggle', 'click', () => this.toggleKeyboard());
    on('down', 'click', () => this.toBottom());
    on('scroll', 'scroll', () => this.onScroll());
    const keepBottom = new ResizeObserver(() => this.stick && this.toBottom());
    keepBottom.observe(part.messages);
    keepBottom.observe(part.scroll);
  }

  /** Shows a chat in this pane. */
  bind(chat) {
    if (this.chat === chat) return;
    this.unbind();
    this.chat = chat;
    this.binding = new AbortController();
    const { signal } = this.binding;
    chat.addEventListener('upsert', ({ detail }) => this.onUpsert(detail), { signal });
    chat.addEventListener('remove', ({ detail }) => this.onRemove(detail), { signal });
    chat.addEventListener('answer', ({ detail }) => this.onAnswer(detail), { signal });
    chat.addEventListener('state', () => this.refresh(), { signal });
    this.part.messages.setAttribute('aria-live', 'off');
    chat.messages.forEach((m) => this.place(m));
    this.decorate();
    this.part.messages.setAttribute('aria-live', 'polite');
    this.part.text.value = chat.draft;
    this.keyboardOpen = true;
    this.onInput();
    this.refresh();
    this.toBottom();
  }

  unbind() {
    this.binding?.abort();
    this.recorder.cancel();
    this.items.clear();
    this.part.messages.replaceChildren();
    this.part.toasts.replaceChildren();
    this.shownKeyboard = undefined;
    this.chat = null;
  }

  // ---- history ----

  onUpsert(m) {
    const isNew = !this.items.has(m.id);
    this.place(m);
    this.scheduleDecorate();
    if (isNew && m.from === 'person') this.stick = true;
    else if (isNew && !this.stick) this.fresh += 1;
    this.refreshDown();
    this.refresh();
  }

  onRemove(id) {
    this.items.get(id)?.remove();
    this.items.delete(id);
    this.scheduleDecorate();
    this.refresh();
  }

  /** Puts a message where its id belongs, or replaces it there. */
  place(m) {
    const row = renderMessage(m, this.actions);
    const old = this.items.get(m.id);
    if (old) {
      old.querySelector('.row').replaceWith(row);
      old.message = m;
      return;
    }
    const item = el('div', { class: 'item' }, row);
    item.message = m;
    const next = [...this.part.messages.children].findLast((other) => other.message.id < m.id);
    if (next) next.after(item);
    else this.part.messages.prepend(item);
    this.items.set(m.id, item);
  }

  scheduleDecorate() {
    if (this.decorating) return;
    this.decorating = true;
    queueMicrotask(() => {
      this.decorating = false;
      this.decorate();
    });
  }

  /** Date separators, and tails on the last bubble of each series. */
  decorate() {
    let previous = null;
    for (const item of this.part.messages.children) {
      const day = dayName(toDate(item.message.date));
      const newDay = !previous || day !== dayName(toDate(previous.message.date));
      setDay(item, newDay ? day : null);
      const first = newDay || previous.message.from !== item.message.from;
      item.querySelector('.row').classList.toggle('first', first);
      previous?.querySelector('.row').classList.toggle('last', first);
      previous = item;
    }
    previous?.querySelector('.row').classList.add('last');
  }

  /** Only a person leaves the bottom: when the sizes are as before, nothing but a person scrolled. */
  onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = this.part.scroll;
    const sameSizes = scrollHeight === this.lastScrollHeight && clientHeight === this.lastClientHeight;
    this.lastScrollHeight = scrollHeight;
    this.lastClientHeight = clientHeight;
    if (scrollHeight - clientHeight - scrollTop < AT_BOTTOM_PX) this.stick = true;
    else if (sameSizes) this.stick = false;
    if (this.stick) this.fresh = 0;
    this.refreshDown();
  }

  toBottom() {
    this.stick = true;
    this.fresh = 0;
    this.part.scroll.scrollTop = this.part.scroll.scrollHeight;
    this.refreshDown();
  }

  refreshDown() {
    this.part.down.hidden = this.stick;
    setBadge(this.part.fresh, this.fresh);
  }

  // ---- state ----

  refresh() {
    const { chat, part } = this;
    if (!chat) return;
    const empty = chat.loaded && chat.messages.size === 0;
    const { blocked, name } = chat.person;
    part.subtitle.textContent = ACTIONS[chat.typing] || (chat.typing ? 'печатает…' : `вы пишете как ${name}`);
    part.subtitle.classList.toggle('typing', Boolean(chat.typing));
    part.offline.hidden = chat.online !== false;
    part.intro.hidden = !empty || blocked;
    part.start.hidden = !empty || blocked;
    part.unblock.hidden = !blocked;
    part.form.hidden = blocked || this.recorder.active;
    part.recording.hidden = blocked || !this.recorder.active;
    this.refreshKeyboard();
    this.hooks.onSeen(chat);
  }

  refreshKeyboard() {
    const { part, chat } = this;
    if (this.shownKeyboard !== chat.keyboard) {
      this.shownKeyboard = chat.keyboard;
      this.keyboardOpen = true;
      part.keyboard.replaceChildren(...(chat.keyboard?.rows || []).map((row) => el('div', { class: 'keyboard-row' },
        ...row.map((key) => this.replyButton(typeof key === 'string' ? key : key.text)))));
    }
    const open = Boolean(chat.keyboard) && this.keyboardOpen && !part.form.hidden;
    part.toggle.hidden = !chat.keyboard;
    part.toggle.setAttribute('aria-expanded', String(open));
    part.keyboard.hidden = !open;
  }

  replyButton(text) {
    return el('button', { type: 'button', 'data-testid': 'reply-button', onclick: () => this.send(text) }, text);
  }

  toggleKeyboard() {
    this.keyboardOpen = !this.keyboardOpen;
    this.refreshKeyboard();
  }

  notice(text) {
    toast(this.part.toasts, text);
  }

  onAnswer({ text, alert }) {
    if (!text) return;
    if (alert) alertDialog(text);
    else this.notice(text);
  }

  // ---- sending ----

  /** Runs a request; a failure becomes a notice. Answers whether it went well. */
  async attempt(work) {
    try {
      await work();
      return true;
    } catch (error) {
      this.notice(error.message);
      return false;
    }
  }

  send(text) {
    const { chat } = this;
    return this.attempt(() => chat.sendText(text));
  }

  async onSubmit(event) {
    event.preventDefault();
    const { chat } = this;
    const text = this.part.text.value.trim();
    if (!text) return;
    this.setDraft('');
    if (await this.send(text)) return;
    if (this.chat === chat && !this.part.text.value) this.setDraft(text);
  }

  setDraft(text) {
    this.part.text.value = text;
    this.onInput();
  }

  onInput() {
    const { text, send, mic } = this.part;
    this.chat.draft = text.value;
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
    const hasText = text.value.trim() !== '';
    send.hidden = !hasText;
    mic.hidden = hasText;
  }

  onKey(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.part.form.requestSubmit();
  }

  async press(m, button, node) {
    if (node.classList.contains('busy')) return;
    node.classList.add('busy');
    node.setAttribute('aria-busy', 'true');
    await this.attempt(() => this.chat.press(m.id, button.data));
    node.classList.remove('busy');
    node.removeAttribute('aria-busy');
  }

  async pay(m, node) {
    const { chat } = this;
    const content = m.invoice ? [
      el('p', { class: 'dialog-text' }, m.invoice.title),
      el('p', { class: 'dialog-note' }, `К оплате: ${price(m.invoice)}. Деньги в демо не настоящие.`),
    ] : [];
    const buttons = [{ label: 'Отмена', value: '' }, { label: 'Оплатить', value: 'pay', main: true }];
    if (await dialog({ title: 'Оплата', content, buttons }) !== 'pay') return;
    node.classList.add('busy');
    await this.attempt(() => chat.pay(m.id));
    node.classList.remove('busy');
  }

  // ---- files ----

  listenFiles() {
    const { root, part } = this;
    part.attach.addEventListener('click', () => this.openAttachMenu());
    part.file.addEventListener('change', () => {
      this.offerFiles([...part.file.files], part.file.dataset.kind || null);
      part.file.value = '';
    });
    part.text.addEventListener('paste', (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      this.offerFiles(files, null);
    });
    const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
    root.addEventListener('dragover', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      root.classList.add('dropping');
    });
    root.addEventListener('dragleave', (event) => root.contains(event.relatedTarget) || root.classList.remove('dropping'));
    root.addEventListener('drop', (event) => {
      root.classList.remove('dropping');
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.offerFiles([...event.dataTransfer.files], null);
    });
  }

  openAttachMenu() {
    menu(this.part.attach, [
      { label: '🖼 Фото', action: () => this.pickFile('photo', 'image/*') },
      { label: '🎬 Видео', action: () => this.pickFile('video', 'video/*') },
      { label: '🎵 Аудио', action: () => this.pickFile('audio', 'audio/*') },
      { label: '📎 Файл', action: () => this.pickFile('document', '') },
      { label: '🎤 Голосовое из файла', action: () => this.pickFile('voice', 'audio/*') },
    ]);
  }

  pickFile(kind, accept) {
    const { file } = this.part;
    file.dataset.kind = kind;
    file.accept = accept;
    file.multiple = kind !== 'voice';
    file.click();
  }

  /** Shows what is about to be sent and asks for a caption. Without a kind each file's type decides. */
  async offerFiles(files, kind) {
    if (!files.length || this.chat.person.blocked) return;
    const { chat } = this;
    const caption = el('input', { type: 'text', autofocus: true, maxlength: '1024', placeholder: 'Подпись', 'aria-label': 'Подпись', value: this.part.text.value, 'data-testid': 'caption' });
    const asFile = el('input', { type: 'checkbox', 'data-testid': 'as-file' });
    asFile.checked = kind === 'document';
    const urls = [];
    const content = [
      el('ul', { class: 'attachments' }, ...files.map((file) => attachment(file, urls))),
      el('label', { class: 'check' }, asFile, 'Отправить как файл, без сжатия'),
      caption,
    ];
    const buttons = [{ label: 'Отмена', value: '' }, { label: 'Отправить', value: 'send', main: true }];
    const choice = await dialog({ title: files.length > 1 ? `Файлов: ${files.length}` : 'Отправить', content, buttons });
    urls.forEach((url) => URL.revokeObjectURL(url));
    if (choice !== 'send') return;
    if (this.chat === chat) this.setDraft('');
    for (const [i, file] of files.entries()) {
      const as = asFile.checked ? 'document' : kind && kind !== 'document' ? kind : kindOf(file);
      await this.upload(chat, file, as, i === 0 ? caption.value.trim() : '');
    }
  }

  async upload(chat, file, kind, caption) {
    const pending = el('div', { class: 'toast sending' }, `Отправляем ${file.name || 'файл'}…`);
    this.part.toasts.append(pending);
    await this.attempt(() => chat.sendFile(file, kind, caption));
    pending.remove();
  }
}

function setDay(item, day) {
  const shown = item.querySelector('.day');
  if (!day) return shown?.remove();
  if (!shown) return item.prepend(el('div', { class: 'day' }, el('span', {}, day)));
  if (shown.textContent !== day) shown.firstChild.textContent = day;
}

/** Shows a number on a badge, or hides it at zero. */
export function setBadge(node, count) {
  node.hidden = count === 0;
  node.textContent = count > 99 ? '99+' : String(count || '');
}

function kindOf(file) {
  const family = file.type.split('/')[0];
  return { image: 'photo', video: 'video', audio: 'audio' }[family] || 'document';
}

function attachment(file, urls) {
  let picture = null;
  if (file.type.startsWith('image/')) {
    urls.push(URL.createObjectURL(file));
    picture = el('img', { src: urls.at(-1), alt: '', onerror: () => picture.remove() });
  }
  return el('li', {}, picture || el('span', { class: 'file-icon' }, icon('clip')),
    el('span', { class: 'file-info' },
      el('span', { class: 'file-name' }, file.name || 'Файл'),
      el('span', { class: 'file-size' }, fileSize(file.size))));
}

/** Records a voice message; where the browser cannot, offers to choose an audio file. */
class VoiceRecorder {
  constructor(view) {
    this.view = view;
    this.active = false;
    view.part.mic.addEventListener('click', () => this.start());
    view.part['rec-cancel'].addEventListener('click', () => this.cancel());
    view.part['rec-send'].addEventListener('click', () => this.finish());
  }

  async start() {
    const { view } = this;
    const { chat } = view;
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return view.pickFile('voice', 'audio/*');
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      view.notice('Микрофон недоступен — выберите аудиофайл');
      return view.pickFile('voice', 'audio/*');
    }
    if (view.chat !== chat) return this.release();
    const types = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'];
    const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
    this.media = new MediaRecorder(this.stream, mimeType ? { mimeType } : {});
    this.chunks = [];
    this.media.addEventListener('dataavailable', (event) => this.chunks.push(event.data));
    this.media.start();
    this.active = true;
    this.since = performance.now();
    this.timer = setInterval(() => this.showTime(), 250);
    this.showTime();
    view.refresh();
  }

  showTime() {
    this.view.part['rec-time'].textContent = duration((performance.now() - this.since) / 1000);
  }

  finish() {
    const { view, media } = this;
    const { chat } = view;
    if (!this.active) return;
    media.addEventListener('stop', () => {
      const type = media.mimeType.split(';')[0] || 'audio/webm';
      const file = new File(this.chunks, `voice.${type.split('/')[1]}`, { type });
      view.upload(chat, file, 'voice', '');
    }, { once: true });
    this.cancel();
  }

  cancel() {
    if (!this.active) return;
    this.active = false;
    clearInterval(this.timer);
    this.media.stop();
    this.release();
    this.view.refresh();
  }

  release() {
    this.stream.getTracks().forEach((track) => track.stop());
  }
}
