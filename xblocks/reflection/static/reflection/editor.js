/* The editor of reflections in Studio. Starts with ReflectionEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.reflectionEditor;

  /** What was imported and could not be read, until something is saved in its place. */
  function unread({ t, page }) {
    if (!page.unread) {
      return null;
    }
    return h(
      'div',
      { class: 'mue-loose mur-unread' },
      h('h2', { class: 'mue-summary-title' }, t('unread')),
      h('p', {}, t('unread_help')),
      h('ul', {}, page.unread.problems.map(({ path, message }) => h('li', {}, message, ' ', h('code', { dir: 'ltr' }, path)))),
      editing.fold(t('unread_text'), h('pre', { class: 'mue-raw', tabindex: '0', dir: 'ltr' }, page.unread.text)),
    );
  }

  function start({ runtime, host, page, t, url }) {
    const head = h('div', { class: 'mue-head' });
    const ways = h('div', {});
    const rest = h('div', {});
    const pane = h('div', { class: 'mur-pane' });
    const desk = editing.desk({
      t,
      host,
      page,
      runtime,
      save: url('editor_save'),
      draw,
      drawn: () => questions.show(desk.settings().framework),
      settings: () => fields,
      start: () => head.querySelector('input').focus(),
    });
    const fields = editing.fields(host, desk.touch);
    const questions = editor.questions({ t, host, page, fields, say: desk.say, touched: desk.touch });

    function draw(settings) {
      head.replaceChildren(fields.text(settings, 'display_name', 'display_name', { label: t('display_name') }));
      ways.replaceChildren(
        fields.radios(settings, 'framework', 'framework', {
          label: t('framework'),
          options: page.frameworks.map(({ id, name, about }) => [id, name, about]),
          act: () => questions.show(settings.framework),
        }),
      );
      rest.replaceChildren(...editor.settings({ t, host, page, fields, data: settings, changed: desk.touch }));
    }

    pane.append(...[unread({ t, page }), ways, questions.element, rest].filter(Boolean));
    desk.hold('prompts', questions.list, (n, message) => t('problem_in_prompt', { n, message }));
    desk.begin(head, pane);
  }

  window.ReflectionEditor = editing.opens(start);
})();
