/* The micro-quiz's editor: the question as learners will see it, beside or behind the form. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;
  const AFTER = 400;

  /**
   * The preview: {element, look(card), refresh(), fit(), shown()}.
   *
   * Options: t, host, url, example (a form, shown while there is no question), styles, cards(), settings(), keep() for
   * who wants to keep the example.
   */
  editor.preview = function ({ t, host, url, example, styles, cards, settings, keep }) {
    let shown = null;
    let asked = 0;
    // No scripts, no forms, and nothing of the editor's own looks: just the question.
    const frame = h('iframe', { class: 'mue-frame', title: t('preview'), sandbox: 'allow-same-origin' });
    const note = h('p', { class: 'mue-help mue-preview-note', role: 'status' });
    const which = h('p', { class: 'mue-preview-which' });
    const previous = editing.button(t('previous'), 'up', () => step(-1), { quiet: true, look: 'small mue-turn' });
    const next = editing.button(t('next'), 'down', () => step(1), { quiet: true, look: 'small mue-turn' });
    const keeper = editing.button(t('keep_example'), 'check', keep, { look: 'primary', hidden: true });
    const refresh = editing.calmly(AFTER, ask);
    const element = h(
      'div',
      { class: 'mue-pane mue-preview' },
      h('div', { class: 'mue-preview-head' }, h('h2', { class: 'mue-preview-title' }, t('preview')), which, h('div', { class: 'mue-turns' }, previous, next)),
      h('div', { class: 'mue-device' }, frame),
      note,
      keeper,
    );

    function step(way) {
      const card = shown && cards()[shown.index + way];
      if (card) {
        look(card);
      }
    }
    function look(card) {
      const all = cards();
      if (card !== shown || !card) {
        shown = card;
        refresh();
        refresh.now();
      }
      all.forEach((one) => one.element.classList.toggle('is-shown', one === shown));
      which.textContent = shown ? t('question_of', { n: shown.index + 1, count: all.length }) : t('example');
      previous.setAttribute('aria-disabled', !shown || shown.index === 0 ? 'true' : 'false');
      next.setAttribute('aria-disabled', !shown || shown.index === all.length - 1 ? 'true' : 'false');
      previous.hidden = next.hidden = all.length < 2;
      keeper.hidden = Boolean(shown);
    }
    async function ask() {
      const card = shown;
      const turn = ++asked;
      if (card && !card.readable()) {
        draw('');
        note.textContent = t('preview_unreadable');
        return;
      }
      try {
        const question = card ? card.data : { ...example, id: 'example' };
        const answer = await editing.post(url, { question, settings: settings() });
        if (card) {
          card.setProblems(answer.problems);
        }
        if (turn === asked) {
          draw(answer.html);
          note.textContent = answer.problems.length ? t('preview_mend') : '';
        }
      } catch (failure) {
        if (turn === asked) {
          note.textContent = failure.reason === 'refused' ? failure.message : t('preview_failed');
        }
      }
    }
    function draw(html) {
      const dir = getComputedStyle(host).direction;
      const sheet =
        `<!doctype html><html lang="${host.lang}" dir="${dir}"><head><meta charset="utf-8"><base target="_blank">` +
        `<style>:root{color-scheme:${getComputedStyle(host).colorScheme}}body{margin:0;font:1rem/1.5 system-ui,sans-serif}body>.mu{min-block-size:100vh}${styles}</style></head><body>${html}</body></html>`;
      if (frame.srcdoc !== sheet) {
        frame.srcdoc = sheet;
      }
    }
    function fit() {
      const inner = frame.contentDocument;
      const content = inner && inner.body && inner.body.firstElementChild;
      if (content && frame.offsetParent) {
        content.style.minBlockSize = '0';
        frame.style.blockSize = `${Math.max(160, Math.ceil(content.getBoundingClientRect().height))}px`;
        content.style.minBlockSize = '';
      }
    }
    frame.addEventListener('load', () => {
      fit();
      frame.contentDocument.addEventListener('toggle', fit, true);
      frame.contentDocument.addEventListener('submit', (event) => event.preventDefault());
      frame.contentDocument.querySelectorAll('img').forEach((image) => image.addEventListener('load', fit));
    });
    window.addEventListener('resize', fit);
    return { element, look, refresh, fit, shown: () => shown };
  };
})();
