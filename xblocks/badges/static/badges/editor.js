/* The editor of badges in Studio. Starts with BadgesEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;

  function start({ runtime, host, page, t, url }) {
    const head = h('div', { class: 'mue-head' });
    const kinds = page.kinds.filter((kind) => kind in page.starters).map((kind) => [kind, t(`kind_${kind}`), t(`kind_${kind}_help`)]);
    const pick = () => editing.pick({ t, host, title: t('pick_kind'), help: t('pick_kind_help'), kinds, chosen: (kind) => list.add(page.starters[kind]) });
    const adder = editing.button(t('add_badge'), 'plus', pick, { look: 'primary' });
    const empty = h(
      'div',
      { class: 'mue-empty', hidden: true },
      h('h2', { class: 'mue-empty-title' }, t('empty_title')),
      h('p', { class: 'mue-help' }, t('empty_help')),
      h('div', { class: 'mue-empty-ways' }, editing.button(t('add_badge'), 'plus', pick, { look: 'primary' })),
      h('p', { class: 'mue-help mub-empty-note' }, t('empty_all')),
    );
    const tools = h('div', { class: 'mue-list-tools' }, adder);
    const desk = editing.desk({
      t,
      host,
      page,
      runtime,
      save: url('editor_save'),
      draw: (settings) => head.replaceChildren(fields.text(settings, 'display_name', 'display_name', { label: t('display_name') })),
      settings: () => fields,
      start: () => head.querySelector('input').focus(),
    });
    const fields = editing.fields(head, desk.touch);
    const list = editing.list({
      t,
      say: desk.say,
      make: (form, problems, act) => editor.card({ t, host, page, url, form, problems, edited: desk.touch, act }),
      ids: { prefix: 'b', length: 10 },
      touched: desk.touch,
      counted: (number) => {
        empty.hidden = number > 0;
        tools.hidden = number === 0;
      },
      note: () => t('deleted_note'),
      fallback: () => (tools.hidden ? empty.querySelector('button') : adder),
    });
    desk.hold('badges', list, (n, message) => t('problem_in_badge', { n, message }));
    desk.begin(head, h('div', { class: 'mub-pane' }, empty, list.element, tools));
  }

  window.BadgesEditor = editing.opens(start);
})();
