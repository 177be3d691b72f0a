/* The micro-quiz's editor: the list of questions. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;

  /**
   * The questions: {element, cards(), ids(), load(questions), add(type), append(questions), clean()}.
   *
   * Options: t, host, page (blank parts and examples), say(text), touched() when anything changed, edited(card),
   * looked(card) when another question is at hand (null: none), counted(number).
   */
  editor.list = function ({ t, host, page, say, touched, edited, looked, counted, fallback }) {
    const element = h('ol', { class: 'mue-cards' });
    const cards = () => [...element.children].map((item) => item.mueCard).filter(Boolean);
    const ids = () => cards().map((card) => card.data.id).filter(Boolean);
    const copy = (data) => JSON.parse(JSON.stringify(data));
    const actions = { move_up: (card) => move(card, -1), move_down: (card) => move(card, 1), duplicate, delete: bury };

    function freshId() {
      const used = new Set(ids());
      let id = editing.newId('q', 8);
      while (used.has(id)) {
        id = editing.newId('q', 8);
      }
      return id;
    }
    function make(form, problems) {
      const act = (what, card) => actions[what](card);
      const card = editor.card({ t, host, blank: page.parts, form, problems, say, edited, act });
      card.element.addEventListener('focusin', () => looked(card));
      return card;
    }
    function count() {
      const all = cards();
      all.forEach((card, index) => card.place(index, all.length));
      counted(all.length);
    }
    function load(questions) {
      element.replaceChildren(...questions.map(({ form, problems }) => make(form, problems).element));
      count();
    }
    function add(type) {
      const card = make({ ...copy(page.examples[type]), id: freshId() }, []);
      element.append(card.element);
      count();
      card.focusText();
      card.element.scrollIntoView({ block: 'start' });
      looked(card);
      touched();
      say(t('added', { n: card.index + 1 }));
    }
    function append(found) {
      const fresh = found.map(({ form, problems }) => {
        const card = make(ids().includes(form.id) ? { ...form, id: freshId() } : form, problems);
        element.append(card.element);
        return card;
      });
      count();
      touched();
      looked(fresh[0]);
      fresh[0].focus();
      fresh[0].element.scrollIntoView({ block: 'nearest' });
      say(t('pasted', { n: fresh.length }));
    }
    function duplicate(card) {
      const twin = make({ ...copy(card.data), id: freshId() }, card.problems);
      card.element.after(twin.element);
      count();
      twin.open(card.isOpen());
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
    function move(card, way) {
      const other = cards()[card.index + way];
      if (!other) {
        return;
      }
      // Past the places of deleted questions in one go.
      element.insertBefore(card.element, way < 0 ? other.element : other.element.nextElementSibling);
      moved(card.element);
      card.element.querySelector(way < 0 ? '.mue-tool-move_up' : '.mue-tool-move_down').focus();
      card.element.scrollIntoView({ block: 'nearest' });
    }
    function bury(card) {
      const grave = editing.tombstone({
        t,
        card,
        undo: () => {
          grave.replaceWith(card.element);
          count();
          card.focus();
          looked(card);
          touched();
        },
        forget: () => {
          const near = grave.nextElementSibling || grave.previousElementSibling;
          grave.remove();
          (near ? near.querySelector('button') : fallback()).focus();
        },
      });
      card.element.replaceWith(grave);
      count();
      grave.querySelector('button').focus();
      looked(cards()[Math.min(card.index, cards().length - 1)] || null);
      touched();
      say(t('deleted', { name: card.name() }));
    }
    const clean = () => element.querySelectorAll('.mue-tombstone').forEach((grave) => grave.remove());

    editing.sortable(element, '.mue-handle', moved);
    return { element, cards, ids, load, add, append, clean };
  };
})();
