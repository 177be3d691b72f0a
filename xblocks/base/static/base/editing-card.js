/* Shared pieces of Studio editors: one item of a list as a card that unfolds. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;

  /**
   * One item. `form` is what its fields write to; where it holds `unreadable`, nobody could read the item, and the card
   * shows it as it is.
   *
   * Options: t, host, form, problems, edited(card), act(name, card) for the tools of the card, and what the items are:
   * move (the text of its handle, with %(n)s), name(form), kind(form) nodes below the name, body(card, room) builds the
   * fields when the card is first opened, mark (a node before the name), first (the path of the field to begin with),
   * more (what else the card should know).
   */
  editing.card = function ({ t, host, form, problems, edited, act, move, name, kind, body, mark = null, first, more = {} }) {
    const bodyId = editing.uid('body');
    const before = [];
    const room = h('div', { class: 'mue-card-body', id: bodyId, hidden: true });
    const card = { t, host, data: form, problems, showing: false, built: false, ...more };

    card.readable = () => !('unreadable' in form);
    card.isOpen = () => !room.hidden;
    card.beforeChange = (write) => before.push(write);
    card.changed = () => {
      before.forEach((write) => write());
      card.drawHead();
      edited(card);
    };
    card.fields = editing.fields(room, card.changed);

    const number = h('span', { class: 'mue-card-number' });
    const title = h('span', { class: 'mue-card-title' });
    const below = h('span', { class: 'mue-card-type' });
    const state = h('button', { type: 'button', class: 'mue-state', click: () => card.mend() });
    const loose = h('ul', { class: 'mue-loose', hidden: true });
    const toggle = h(
      'button',
      { type: 'button', class: 'mue-card-toggle', 'aria-expanded': 'false', 'aria-controls': bodyId, click: () => card.open(!card.isOpen()) },
      number,
      mark,
      h('span', { class: 'mue-card-words' }, title, below),
      editing.icon('open'),
    );
    const tool = (what, icon) => editing.button(t(what), icon, () => act(what, card), { quiet: true, look: `tool mue-tool-${what}` });
    const help = h('span', { class: 'mue-hidden', id: editing.uid('help') }, t('drag_help'));
    const handle = h('button', { type: 'button', class: 'mue-button mue-button-quiet mue-handle', 'aria-describedby': help.id }, editing.icon('grip'));
    card.element = h(
      'li',
      { class: 'mue-card' },
      h(
        'div',
        { class: 'mue-card-head' },
        handle,
        help,
        h('h3', { class: 'mue-card-heading' }, toggle),
        state,
        h('div', { class: 'mue-card-tools' }, tool('move_up', 'up'), tool('move_down', 'down'), card.readable() ? tool('duplicate', 'copy') : null, tool('delete', 'remove')),
      ),
      room,
    );
    card.element.mueCard = card;

    card.name = () => (card.readable() ? name(form) || t('untitled') : t('unreadable'));
    card.place = function (index, count) {
      number.textContent = String(index + 1);
      handle.setAttribute('aria-label', t(move, { n: index + 1 }));
      card.index = index;
      card.element.querySelector('.mue-tool-move_up').setAttribute('aria-disabled', index === 0 ? 'true' : 'false');
      card.element.querySelector('.mue-tool-move_down').setAttribute('aria-disabled', index === count - 1 ? 'true' : 'false');
    };
    card.drawHead = function () {
      const mend = card.problems.length;
      title.textContent = card.name();
      below.replaceChildren(...(card.readable() ? [kind(form)].flat().filter(Boolean) : []));
      state.replaceChildren(editing.icon(mend ? 'mend' : 'check'), h('span', {}, mend ? t('to_mend', { n: mend }) : t('complete')));
      state.classList.toggle('is-complete', !mend);
      state.disabled = !mend;
    };
    card.setProblems = function (found) {
      card.problems = found;
      card.drawHead();
      card.showProblems();
    };
    /** Problems stand beside their fields once somebody asked for them, and go as they are mended. */
    card.showProblems = function () {
      if (!card.built || !loose.parentElement) {
        return;
      }
      const rest = card.fields.show(card.showing ? card.problems : []);
      loose.replaceChildren(...rest.map(({ message }) => h('li', {}, message)));
      loose.hidden = !rest.length;
    };
    card.open = function (open) {
      if (open && !card.built) {
        card.built = true;
        if (card.readable()) {
          body(card, room);
        } else {
          room.append(h('p', {}, t('unreadable_help')), h('pre', { class: 'mue-raw', tabindex: '0', dir: 'ltr' }, JSON.stringify(form.unreadable, null, 2)));
        }
        room.prepend(loose);
        card.showProblems();
      }
      room.hidden = !open;
      card.element.classList.toggle('is-open', open);
      toggle.setAttribute('aria-expanded', open ? 'true' : 'false');
    };
    card.goTo = function (path) {
      card.open(true);
      if (!card.fields.goTo(path)) {
        toggle.focus();
      }
    };
    card.mend = function () {
      card.showing = true;
      card.open(true);
      card.showProblems();
      if (card.problems.length) {
        card.goTo(card.problems[0].path);
      }
    };
    card.focus = () => toggle.focus();
    /** Opens an item that is new, with what its first field holds selected: it is an example to write over. */
    card.begin = function () {
      card.goTo(first);
      const field = document.activeElement;
      if (field.select) {
        field.select();
      } else {
        document.getSelection().selectAllChildren(field);
      }
    };
    card.drawHead();
    return card;
  };
})();
