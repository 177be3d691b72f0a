/* The editor of a workshop in Studio. Starts with WorkshopEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.workshopEditor;

  /** The author's own time zone, where the server knows it. */
  function ownZone({ zones, starters }) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return zones.includes(own) ? own : starters.session.zone;
  }

  function section(title, help, ...content) {
    return h('section', { class: 'muw-section' }, h('h2', { class: 'muw-title' }, title), h('p', { class: 'mue-help' }, help), content);
  }

  function start({ runtime, host, page, t, url }) {
    const said = new Map(page.sessions.map((one) => [JSON.stringify(one.form), one.said]));
    const head = h('div', { class: 'mue-head' });
    const more = h('div', { class: 'muw-more' });
    const desk = editing.desk({
      t,
      host,
      page,
      runtime,
      save: url('editor_save'),
      draw: (settings) => {
        head.replaceChildren(...editor.heading(around, settings));
        more.replaceChildren(editor.more(around, settings));
      },
      settings: () => fields,
      start: () => head.querySelector('input').focus(),
    });
    const fields = editing.fields(host, desk.touch);
    const around = { t, host, page, fields, touch: desk.touch };

    function list(name, { make, prefix, added, counted, fallback }) {
      const made = editing.list({
        t: (key, params) => t(key === 'added' ? added : key, params),
        say: desk.say,
        make: (form, problems, act) => make({ t, host, page, url, form, problems, said: said.get(JSON.stringify(form)), edited: desk.touch, act }),
        ids: { prefix, length: 8 },
        touched: desk.touch,
        counted,
        note: (card) => (page.standing[name][card.data.id] || {}).deleted || '',
        fallback,
      });
      desk.hold(name, made, (n, message) => t(`problem_in_${prefix === 's' ? 'session' : 'item'}`, { n, message }));
      return made;
    }

    const newSession = () => ({ ...page.starters.session, zone: ownZone(page), ...beside() });
    /** Of the session before it, a new one has what is likely to be the same. */
    function beside() {
      const before = sessions.cards().at(-1);
      const { zone, place, link, facilitator } = (before && before.readable() && before.data) || {};
      return zone ? { zone, place, link, facilitator } : {};
    }
    const addSession = editing.button(t('add_session'), 'plus', () => sessions.add(newSession()));
    const sessions = list('sessions', { make: editor.session, prefix: 's', added: 'added_session', counted: () => {}, fallback: () => addSession });

    const none = h('p', { class: 'mue-help' }, t('items_empty'));
    const pick = () =>
      editing.pick({
        t,
        host,
        title: t('pick_kind'),
        kinds: Object.keys(page.kinds).map((kind) => [kind, t(`kind_${kind}`), t(`kind_${kind}_help`)]),
        chosen: (kind) => items.add(page.kinds[kind]),
      });
    const addItem = editing.button(t('add_item'), 'plus', pick);
    const items = list('items', {
      make: editor.item,
      prefix: 'p',
      added: 'added_item',
      counted: (number) => {
        none.hidden = number > 0;
      },
      fallback: () => addItem,
    });

    const isNew = page.isNew && !page.unread;
    if (isNew) {
      page.sessions = [{ form: { ...newSession(), id: editing.newId('s', 8) }, problems: [] }];
    }
    desk.begin(
      head,
      h(
        'div',
        { class: 'muw-pane' },
        page.unread ? editor.unread(t, page.unread) : null,
        section(t('sessions'), t('sessions_help'), sessions.element, h('div', { class: 'mue-list-tools' }, addSession)),
        section(t('items'), t('items_help'), items.element, none, h('div', { class: 'mue-list-tools' }, addItem)),
        more,
      ),
    );
    if (isNew) {
      sessions.cards()[0].open(true);
    }
  }

  window.WorkshopEditor = editing.opens(start);
})();
