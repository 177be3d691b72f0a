/* Shared pieces of Studio editors: a list of cards that can be added to, put in order, duplicated and emptied. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const copy = (data) => JSON.parse(JSON.stringify(data));

  /**
   * The items: {element, cards(), ids(), load(items), add(form), append(items), clean()}; an item is {form, problems}.
   *
   * Options: t, say(text), make(form, problems, act) gives a card, ids ({prefix, length} of a new item's id), touched()
   * when anything changed, looked(card) when another item is at hand (null: none), counted(number), note(card) a sentence
   * about an item that was deleted, fallback() what has the focus when no item is left.
   */
  editing.list = function ({ t, say, make, ids: { prefix, length }, touched, looked = () => {}, counted, note = () => '', fallback }) {
    const element = h('ol', { class: 'mue-cards' });
    const cards = () => [...element.children].map((item) => item.mueCard).filter(Boolean);
    const ids = () => cards().map((one) => one.data.id).filter(Boolean);
    const actions = { move_up: (one) => move(one, -1), move_down: (one) => move(one, 1), duplicate, delete: bury };

    function freshId() {
      const used = new Set(ids());
      let id = editing.newId(prefix, length);
      while (used.has(id)) {
        id = editing.newId(prefix, length);
      }
      return id;
    }
    function shown(form, problems) {
      const made = make(form, problems, (what, one) => actions[what](one));
      made.element.addEventListener('focusin', () => looked(made));
      return made;
    }
    function count() {
      const all = cards();
      all.forEach((one, index) => one.place(index, all.length));
      counted(all.length);
    }
    function load(items) {
      element.replaceChildren(...items.map(({ form, problems }) => shown(form, problems).element));
      count();
    }
    function add(form) {
      const fresh = shown({ ...copy(form), id: freshId() }, []);
      element.append(fresh.element);
      count();
      fresh.begin();
      fresh.element.scrollIntoView({ block: 'start' });
      looked(fresh);
      touched();
      say(t('added', { n: fresh.index + 1 }));
    }
    function append(found) {
      const fresh = found.map(({ form, problems }) => {
        const one = shown(ids().includes(form.id) ? { ...form, id: freshId() } : form, problems);
        element.append(one.element);
        return one;
      });
      count();
      touched();
      looked(fresh[0]);
      fresh[0].focus();
      fresh[0].element.scrollIntoView({ block: 'nearest' });
      say(t('pasted', { n: fresh.length }));
    }
    function duplicate(one) {
      const twin = shown({ ...copy(one.data), id: freshId() }, one.problems);
      one.element.after(twin.element);
      count();
      twin.open(one.isOpen());
      twin.focus();
      looked(twin);
      touched();
      say(t('duplicated', { n: twin.index + 1 }));
    }
    function moved(item) {
      count();
      touched();
      looked(item.mueCard);
      say(t('moved', { name: item.mueCard.name(), position: item.mueCard.index + 1, count: cards().length }));
    }
    function move(one, way) {
      const other = cards()[one.index + way];
      if (!other) {
        return;
      }
      // Past the places of deleted items in one go.
      element.insertBefore(one.element, way < 0 ? other.element : other.element.nextElementSibling);
      moved(one.element);
      one.element.querySelector(way < 0 ? '.mue-tool-move_up' : '.mue-tool-move_down').focus();
      one.element.scrollIntoView({ block: 'nearest' });
    }
    function bury(one) {
      const grave = tombstone({
        t,
        name: one.name(),
        note: note(one),
        undo: () => {
          grave.replaceWith(one.element);
          count();
          one.focus();
          looked(one);
          touched();
        },
        forget: () => {
          const near = grave.nextElementSibling || grave.previousElementSibling;
          grave.remove();
          (near ? near.querySelector('button') : fallback()).focus();
        },
      });
      one.element.replaceWith(grave);
      count();
      grave.querySelector('button').focus();
      looked(cards()[Math.min(one.index, cards().length - 1)] || null);
      touched();
      say([t('deleted', { name: one.name() }), note(one)].filter(Boolean).join('. '));
    }
    const clean = () => element.querySelectorAll('.mue-tombstone').forEach((grave) => grave.remove());

    editing.sortable(element, '.mue-handle', moved);
    return { element, cards, ids, load, add, append, clean };
  };

  /** What stays in the place of an item that was deleted until the next save. */
  function tombstone({ t, name, note, undo, forget }) {
    return h(
      'li',
      { class: 'mue-tombstone' },
      h('div', { class: 'mue-tombstone-words' }, h('span', { class: 'mue-tombstone-text' }, t('deleted', { name })), note ? h('span', { class: 'mue-help' }, note) : null),
      editing.button(t('undo'), null, undo, { look: 'undo' }),
      editing.button(t('forget_deleted'), 'close', forget, { quiet: true }),
    );
  }

  /** A short id that was never used before: what learners did holds on to ids. */
  editing.newId = function (prefix, length = 6) {
    const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return prefix + [...bytes].map((byte) => letters[byte % letters.length]).join('');
  };
})();
