// One message as it looks in the history: bubble, media, text, time, inline keyboard.
import { clockTime, copyText, dialog, duration, el, fileSize, icon, openDialog, setIcon, toDate } from './ui.js';

/**
 * @typedef {Object} Actions what a message may ask of its chat
 * @property {(m: Object, button: Object, node: HTMLElement) => void} press
 * @property {(m: Object, node: HTMLElement) => void} pay
 * @property {(text: string) => void} send
 * @property {(text: string) => void} notice
 * @property {(url: string) => boolean} openLink true when the page handled the link itself
 */

/**
 * @param {Object} m a message of the API
 * @param {Actions} actions
 */
export function renderMessage(m, actions) {
  const bubble = el('div', { class: 'bubble' });
  const hasText = Boolean(m.html || m.text);
  if (m.media) bubble.append(renderMedia(m.media));
  if (m.invoice) bubble.append(renderInvoice(m.invoice));
  const meta = renderMeta(m);
  if (hasText) bubble.append(renderText(m, meta, actions));
  else bubble.append(meta);
  bubble.classList.toggle('visual', isVisual(m.media));
  bubble.classList.toggle('bare', isVisual(m.media) && !hasText);
  const rows = buttonRows(m);
  const stack = el('div', { class: 'stack' }, bubble, rows.length ? renderKeyboard(m, rows, actions) : null);
  stack.classList.toggle('with-keyboard', rows.length > 0);
  return el('article', {
    class: `row ${m.from === 'person' ? 'person' : 'bot'}`,
    'data-testid': 'message',
    'data-id': m.id,
    'data-from': m.from,
    'aria-label': m.from === 'person' ? 'Вы' : 'Бот',
  }, stack);
}

/** A line of text for the list of people. */
export function preview(m) {
  const kinds = { photo: '🖼 Фото', video: '🎬 Видео', audio: '🎵 Аудио', voice: '🎤 Голосовое', animation: 'GIF', document: '📎 Файл' };
  const head = m.media ? kinds[m.media.kind] : m.invoice ? `🧾 ${m.invoice.title}` : '';
  return [head, m.text].filter(Boolean).join(' · ').replace(/\s+/g, ' ').slice(0, 120);
}

const isVisual = (media) => Boolean(media) && ['photo', 'video', 'animation'].includes(media.kind);

function renderMeta(m) {
  const date = toDate(m.date);
  // Telegram says nothing about the changes of a message with buttons: that is how screens work.
  const edited = m.edited && !buttonRows(m).length;
  return el('span', { class: 'meta' },
    edited ? el('span', { 'data-testid': 'edited' }, 'изменено ') : null,
    el('time', { datetime: date.toISOString(), title: date.toLocaleString('ru') }, clockTime(date)),
    m.from === 'person' ? icon('ticks') : null);
}

function renderText(m, meta, actions) {
  const text = el('div', { class: 'rich', 'data-testid': 'message-text' });
  // The backend made this HTML from entities: it holds no markup of a stranger.
  if (m.html) text.innerHTML = m.html;
  else text.textContent = m.text;
  dropBlockBreaks(text);
  markCommands(text);
  text.addEventListener('click', (event) => onTextClick(event, actions));
  return el('div', { class: 'text' }, text, meta);
}

/** A block ends its line by itself: the line break after it would show as an empty line. */
function dropBlockBreaks(root) {
  for (const block of root.querySelectorAll('blockquote, pre')) {
    const next = block.nextSibling;
    if (next?.nodeType === Node.TEXT_NODE) next.data = next.data.replace(/^\n/, '');
  }
}

/** Turns «/command» words into links, as Telegram does. */
function markCommands(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest('a, code, pre')) nodes.push(walker.currentNode);
  }
  for (const node of nodes) {
    const parts = node.data.split(/(?<![\p{L}\p{N}_/.:<])(\/[A-Za-z][A-Za-z0-9_]{0,31})(?![\p{L}\p{N}_/])/u);
    if (parts.length < 2) continue;
    node.replaceWith(...parts.map((part, i) => (i % 2 ? el('a', { href: '#', class: 'command' }, part) : part)));
  }
}

async function onTextClick(event, actions) {
  const spoiler = event.target.closest('tg-spoiler, .tg-spoiler, .spoiler');
  if (spoiler && !spoiler.classList.contains('shown')) {
    event.preventDefault();
    spoiler.classList.add('shown');
    return;
  }
  const link = event.target.closest('a');
  if (link) return followLink(event, link, actions);
  const code = event.target.closest('code');
  if (code && String(getSelection()) === '' && await copyText(code.textContent)) actions.notice('Скопировано');
  event.target.closest('blockquote[expandable], blockquote.expandable')?.classList.toggle('open');
}

function followLink(event, link, actions) {
  if (link.classList.contains('command')) {
    event.preventDefault();
    actions.send(link.textContent);
  } else if (!isOpenable(link.href) || actions.openLink(link.href)) {
    event.preventDefault();
  } else {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
}

const isOpenable = (url) => /^(https?|tg|mailto|tel):/i.test(url);

// ---- media ----

const renderers = { photo: renderPhoto, video: renderVideo, animation: renderAnimation, audio: renderPlayer, voice: renderPlayer };

function renderMedia(media) {
  return (renderers[media.kind] || renderDocument)(media);
}

/** Reserves the place of a picture before it is loaded, so that the history does not jump. */
function reserve(node, media) {
  if (!media.width || !media.height) return node;
  node.width = media.width;
  node.height = media.height;
  node.style.aspectRatio = `${media.width} / ${media.height}`;
  return node;
}

function renderPhoto(media) {
  const image = reserve(el('img', { src: media.url, alt: media.name || 'Фото', decoding: 'async' }), media);
  return el('button', {
    type: 'button', class: 'visual-box', 'aria-label': 'Открыть фото', 'data-testid': 'media-photo', onclick: () => showFull(media),
  }, image);
}

function renderVideo(media) {
  const video = el('video', { src: media.url, controls: true, preload: 'metadata', playsinline: true, 'aria-label': media.name || 'Видео', 'data-testid': 'media-video' });
  return el('div', { class: 'visual-box' }, reserve(video, media));
}

function renderAnimation(media) {
  if ((media.mime || '').startsWith('image/')) return renderPhoto(media);
  const video = el('video', { src: media.url, autoplay: true, loop: true, playsinline: true, 'aria-label': 'Анимация', 'data-testid': 'media-animation' });
  video.muted = true;
  return el('div', { class: 'visual-box' }, reserve(video, media), el('span', { class: 'pill' }, 'GIF'));
}

function renderDocument(media) {
  const extension = (/\.([^.]{1,5})$/.exec(media.name || '') || ['', ''])[1].toUpperCase();
  return el('a', { class: 'file', href: media.url, download: media.name || 'file', 'data-testid': 'media-document' },
    el('span', { class: 'file-icon', 'aria-hidden': 'true' }, extension || icon('download')),
    el('span', { class: 'file-info' },
      el('span', { class: 'file-name' }, media.name || 'Файл'),
      el('span', { class: 'file-size' }, [fileSize(media.size), 'скачать'].filter(Boolean).join(' · '))));
}

/** A player of our own for music and voice: the browser's one does not fit a bubble. */
function renderPlayer(media) {
  const voice = media.kind === 'voice';
  const audio = el('audio', { src: media.url, preload: 'metadata' });
  const play = el('button', { type: 'button', class: 'play', 'aria-label': 'Слушать' }, icon('play'));
  const seek = el('input', { type: 'range', min: '0', max: '1000', value: '0', class: 'seek', 'aria-label': 'Место записи' });
  const left = el('span', { class: 'file-size' });
  const bars = voice ? waveform(media.url) : null;
  const total = () => (Number.isFinite(audio.duration) ? audio.duration : media.duration) || 0;
  const refresh = () => {
    const share = total() ? audio.currentTime / total() : 0;
    if (document.activeElement !== seek) seek.value = String(Math.round(share * 1000));
    bars?.querySelectorAll('i').forEach((bar, i, all) => bar.classList.toggle('past', i < share * all.length));
    left.textContent = [duration(audio.currentTime > 0 ? audio.currentTime : total()), voice ? '' : fileSize(media.size)].filter(Boolean).join(' · ');
  };
  play.addEventListener('click', () => (audio.paused ? startAlone(audio) : audio.pause()));
  seek.addEventListener('input', () => { audio.currentTime = (seek.value / 1000) * total(); });
  for (const name of ['timeupdate', 'loadedmetadata', 'ended']) audio.addEventListener(name, refresh);
  for (const name of ['play', 'pause']) {
    audio.addEventListener(name, () => {
      setIcon(play, audio.paused ? 'play' : 'pause');
      play.setAttribute('aria-label', audio.paused ? 'Слушать' : 'Пауза');
    });
  }
  refresh();
  const title = voice ? null : el('a', { class: 'file-name', href: media.url, download: media.name || 'audio', title: 'Скачать' }, media.name || 'Аудио');
  return el('div', { class: `player ${media.kind}`, 'data-testid': `media-${media.kind}` }, play,
    el('div', { class: 'file-info' }, title, el('div', { class: 'track' }, bars, seek), left), audio);
}

function startAlone(audio) {
  document.querySelectorAll('audio').forEach((other) => other !== audio && other.pause());
  audio.play().catch(() => {});
}

/** Bars that look like a voice; only an ornament, the same for the same file. */
function waveform(seedText) {
  let seed = [...seedText].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) % 65_521, 7);
  const bars = Array.from({ length: 36 }, () => {
    seed = (seed * 75 + 74) % 65_537;
    const bar = el('i');
    bar.style.height = `${15 + (seed % 86)}%`;
    return bar;
  });
  return el('span', { class: 'waveform', 'aria-hidden': 'true' }, ...bars);
}

function showFull(media) {
  const box = el('dialog', { class: 'lightbox', 'aria-label': 'Фото' },
    el('div', { class: 'lightbox-bar' },
      el('a', { class: 'icon-button', href: media.url, download: media.name || 'photo', 'aria-label': 'Скачать' }, icon('download')),
      el('button', { type: 'button', class: 'icon-button', 'aria-label': 'Закрыть', onclick: () => box.close() }, icon('close'))),
    el('img', { src: media.url, alt: media.name || 'Фото' }));
  box.addEventListener('click', (event) => event.target.closest('a, button') || box.close());
  openDialog(box);
}

// ---- invoice and keyboard ----

/** The price of an invoice: stars are whole, other currencies are in hundredths. */
export function price(invoice) {
  if (invoice.currency === 'XTR') return `${Number(invoice.total_amount).toLocaleString('ru')} ⭐️`;
  const amount = invoice.total_amount / 100;
  try {
    return amount.toLocaleString('ru', { style: 'currency', currency: invoice.currency });
  } catch {
    return `${amount} ${invoice.currency}`;
  }
}

function renderInvoice(invoice) {
  return el('div', { class: 'invoice', 'data-testid': 'invoice' },
    el('strong', {}, invoice.title),
    el('p', {}, invoice.description),
    el('span', { class: 'invoice-price' }, price(invoice)));
}

/** An invoice without a keyboard gets a button to pay, as in Telegram. */
function buttonRows(m) {
  const rows = (m.buttons || []).filter((row) => row.length);
  if (m.invoice && !rows.length) return [[{ label: `Заплатить ${price(m.invoice)}`, pay: true }]];
  return rows;
}

function renderKeyboard(m, rows, actions) {
  return el('div', { class: 'keyboard' }, ...rows.map((row) =>
    el('div', { class: 'keyboard-row' }, ...row.map((button) => renderButton(m, button, actions)))));
}

function renderButton(m, button, actions) {
  const style = ['primary', 'success', 'danger'].includes(button.style) ? button.style : '';
  const props = { class: `inline-button ${style}`, 'data-testid': 'inline-button' };
  const label = el('span', {}, button.label);
  if (button.url && isOpenable(button.url)) {
    return el('a', {
      ...props, href: button.url, target: '_blank', rel: 'noopener noreferrer',
      onclick: (event) => actions.openLink(button.url) && event.preventDefault(),
    }, label, icon('link'));
  }
  const mark = button.copy ? icon('copy') : button.pay ? icon('card') : null;
  const node = el('button', { ...props, type: 'button' }, label, mark);
  node.addEventListener('click', () => onButton(m, button, node, actions));
  return node;
}

async function onButton(m, button, node, actions) {
  if (button.copy) {
    if (await copyText(button.copy)) actions.notice('Скопировано');
    else dialog({ title: 'Скопируйте', content: [el('p', { class: 'dialog-text' }, button.copy)], buttons: [{ label: 'ОК', value: 'ok', main: true }] });
  } else if (button.pay) {
    actions.pay(m, node);
  } else if (button.data !== null && button.data !== undefined) {
    actions.press(m, button, node);
  }
}
