/* The editor of badges: who would have earned one by now. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;

  function result(t, { looked, earned, learners }) {
    if (!looked) {
      return [h('p', {}, t('tried_nobody'))];
    }
    if (!earned) {
      return [h('p', {}, t('tried_none', { looked }))];
    }
    const lines = learners.map(({ name, since }) => h('li', {}, h('bdi', {}, name), h('span', { class: 'mue-help' }, t('tried_since', { day: since }))));
    const rest = earned - learners.length;
    return [h('p', {}, h('b', {}, t('tried', { earned, looked }))), h('ul', { class: 'mue-lines' }, lines, rest > 0 && h('li', {}, t('tried_more', { n: rest })))];
  }

  /** The button and what came of it. */
  editor.trying = function (card) {
    const { t } = card;
    const said = h('div', { class: 'mub-tried', role: 'status' });
    let busy = false;

    async function run() {
      if (busy) {
        return;
      }
      busy = true;
      said.replaceChildren(h('p', {}, t('trying')));
      try {
        const answer = await editing.post(card.url('editor_try'), { badge: card.data });
        if (answer.problems) {
          said.replaceChildren(h('p', { class: 'mue-note mue-note-mend' }, t('try_mend')));
          card.problems = answer.problems;
          card.mend();
        } else {
          said.replaceChildren(...result(t, answer));
        }
      } catch (failure) {
        said.replaceChildren(h('p', { class: 'mue-note mue-note-mend' }, failure.reason === 'refused' ? failure.message : t('try_failed')));
      } finally {
        busy = false;
      }
    }
    return h('div', { class: 'mub-try' }, editing.button(t('try'), 'check', run), h('p', { class: 'mue-help' }, t('try_help')), said);
  };
})();
