// The panel of the emulated KIE: how its tasks end, and what goes wrong on the next request.
import { el, get, post, toast } from './ui.js';

const POLL_MS = 2_000;

const STATES = {
  waiting: 'ждёт',
  queuing: 'в очереди',
  generating: 'генерирует',
  success: 'готово',
  fail: 'отказ',
  silent: 'молчит',
};

const OUTCOMES = [
  { label: 'Успех', verb: 'succeed', style: 'success' },
  { label: 'Отказ: контент', verb: 'refuse', style: '' },
  { label: 'Сбой', verb: 'fail', style: 'danger' },
  { label: 'Молчать', verb: 'silence', style: '' },
];

const FAULTS = [
  { label: '429', fault: 'rate_limited' },
  { label: 'нет кредитов', fault: 'no_credits' },
  { label: 'оборвать связь', fault: 'cut_after_create' },
  { label: 'ошибка 500', fault: 'server_error' },
];

const byId = (id) => document.getElementById(id);

/** Polls the emulator while it is shown. */
export class KiePanel {
  constructor() {
    this.root = byId('kie');
    this.state = null;
    /** @type {Map<string, HTMLElement>} */
    this.cards = new Map();
    for (const button of this.root.querySelectorAll('[data-mode]')) {
      button.addEventListener('click', () => this.setMode(button.dataset.mode));
    }
    byId('kie-delay').addEventListener('change', () => this.setMode(this.state?.mode || 'auto'));
    byId('kie-faults').append(...FAULTS.map(({ label, fault }) => el('button', {
      type: 'button', 'data-testid': `kie-fault-${fault}`, onclick: () => this.arm(label, fault),
    }, label)));
    document.addEventListener('visibilitychange', () => this.poll());
  }

  get open() {
    return !this.root.hidden;
  }

  setOpen(open) {
    this.root.hidden = !open;
    this.poll();
  }

  /** Reads the state now and again every two seconds, only while someone can see it. */
  async poll() {
    clearTimeout(this.timer);
    if (!this.open || document.hidden) return;
    try {
      this.show(await get('/api/kie/state'));
      this.setOnline(true);
    } catch {
      this.setOnline(false);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), POLL_MS);
  }

  setOnline(online) {
    byId('kie-subtitle').textContent = online ? 'эмулятор' : 'нет связи с демо';
    this.root.classList.toggle('lost', !online);
  }

  async act(work, done) {
    try {
      await work();
      if (done) toast(byId('kie-toasts'), done);
    } catch (error) {
      toast(byId('kie-toasts'), error.message);
    }
    this.poll();
  }

  setMode(mode) {
    const seconds = Number(byId('kie-delay').value.replace(',', '.'));
    const delay = Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : this.state?.delay_ms || 0;
    this.act(() => post('/api/kie/mode', { mode, delay_ms: delay }));
  }

  arm(label, fault) {
    this.act(() => post('/api/kie/next', { fault }), `Следующий запрос: ${label}`);
  }

  // ---- showing ----

  show(state) {
    this.state = state;
    byId('kie-credits').textContent = Number(state.credits).toLocaleString('ru', { maximumFractionDigits: 2 });
    for (const button of this.root.querySelectorAll('[data-mode]')) {
      button.setAttribute('aria-pressed', String(button.dataset.mode === state.mode));
    }
    const delay = byId('kie-delay');
    if (document.activeElement !== delay) delay.value = String(state.delay_ms / 1000);
    this.showTasks(state.tasks);
  }

  /** Newest first; a card is rebuilt only when its task changed, so that focus stays. */
  showTasks(tasks) {
    const list = byId('kie-tasks');
    const ids = new Set(tasks.map((task) => task.id));
    for (const [id, card] of this.cards) {
      if (ids.has(id)) continue;
      card.remove();
      this.cards.delete(id);
    }
    const newest = [...tasks].sort((a, b) => a.age_s - b.age_s);
    newest.forEach((task, i) => {
      const card = this.cardOf(task);
      if (list.children[i] !== card) list.insertBefore(card, list.children[i] || null);
      card.querySelector('.age').textContent = age(task.age_s);
    });
    byId('kie-count').textContent = tasks.length ? String(tasks.length) : '';
    byId('kie-empty').hidden = tasks.length > 0;
  }

  cardOf(task) {
    const print = JSON.stringify({ ...task, age_s: 0 });
    const old = this.cards.get(task.id);
    if (old?.print === print) return old;
    const card = this.renderTask(task);
    card.print = print;
    old?.replaceWith(card);
    this.cards.set(task.id, card);
    return card;
  }

  renderTask(task) {
    const final = task.state === 'success' || task.state === 'fail';
    return el('li', { class: 'task card', 'data-testid': 'kie-task', 'data-id': task.id, 'data-state': task.state },
      el('div', { class: 'task-head' },
        el('strong', {}, task.model),
        el('span', { class: `state ${task.state}` }, STATES[task.state] || task.state)),
      el('p', { class: 'task-prompt', title: task.prompt || '' }, task.prompt || '—'),
      el('div', { class: 'task-meta' },
        el('span', { class: 'age' }),
        el('span', {}, task.callback ? 'callback: да' : 'callback: нет'),
        el('span', { class: 'task-id', title: task.id }, task.id)),
      task.fail ? el('p', { class: 'task-fail' }, task.fail) : null,
      task.urls?.length ? el('div', { class: 'task-meta' }, ...task.urls.map((url, i) => resultLink(url, i))) : null,
      final ? null : el('div', { class: 'chips' }, ...OUTCOMES.map((outcome) => this.outcomeButton(task, outcome))));
  }

  outcomeButton(task, { label, verb, style }) {
    const path = `/api/kie/tasks/${encodeURIComponent(task.id)}/${verb}`;
    return el('button', {
      type: 'button', class: style, 'data-testid': `kie-${verb}`, onclick: () => this.act(() => post(path)),
    }, label);
  }
}

function resultLink(url, i) {
  const safe = /^(https?:\/\/|\/)/i.test(url);
  return safe ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, `результат ${i + 1}`) : url;
}

function age(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} с`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} мин`;
  return `${Math.floor(seconds / 3600)} ч`;
}
