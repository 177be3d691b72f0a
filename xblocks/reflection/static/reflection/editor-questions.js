/* The editor of reflections: its questions, those of the chosen way to reflect or the team's own. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = (window.Microunits.reflectionEditor = window.Microunits.reflectionEditor || {});

  function body({ t, data, fields }, room) {
    room.append(fields.text(data, 'label', 'label', { label: t('label') }), fields.text(data, 'help', 'help', { label: t('help'), help: t('help_help') }));
  }

  function card({ t, host, form, problems, edited, act }) {
    return editing.card({
      t,
      host,
      form,
      problems,
      edited,
      act,
      move: 'move_question',
      name: ({ label }) => label,
      kind: ({ help }) => (help ? h('span', {}, help) : null),
      body,
      first: 'label',
    });
  }

  /**
   * The questions: {element, list, show(framework)}.
   *
   * As long as the list is empty, learners find the questions of the way to reflect; these are shown, to be read only.
   * Options: t, host, page, fields, say(text), touched().
   */
  editor.questions = function ({ t, host, page, fields, say, touched }) {
    let framework = page.frameworks[0];
    const help = h('p', { class: 'mue-help' });
    const given = h('ol', { class: 'mur-given' });
    const own = editing.button(t('own'), null, () => copyGiven());
    const adder = editing.button(t('add_question'), 'plus', () => list.add({ label: '', help: '' }), { look: 'primary' });
    const again = editing.button(t('own_again'), null, () => askAgain());
    const full = h('p', { class: 'mue-help', hidden: true }, t('no_more', { n: page.limits.prompts }));
    const tools = h('div', { class: 'mue-list-tools' }, adder, again);
    const list = editing.list({
      t,
      say,
      make: (form, problems, act) => card({ t, host, form, problems, edited: touched, act }),
      ids: { prefix: 'p', length: 8 },
      touched,
      counted: draw,
      note: () => t('deleted_note'),
      fallback: () => (tools.hidden ? own : adder),
    });
    const element = fields.group('prompts', { label: t('questions') }, help, given, own, list.element, tools, full);
    element.classList.add('mur-box');

    function draw(number) {
      const isOwn = number > 0;
      help.textContent = t(isOwn ? 'own_help' : 'questions_help');
      given.hidden = own.hidden = isOwn;
      tools.hidden = !isOwn;
      adder.hidden = number >= page.limits.prompts;
      full.hidden = !adder.hidden;
      given.replaceChildren(...framework.prompts.map((one) => h('li', {}, h('span', { class: 'mur-label' }, one.label), one.help ? h('span', { class: 'mue-help' }, one.help) : null)));
    }
    function copyGiven() {
      // With their ids: what learners wrote to them stays with its question.
      list.load(framework.prompts.map((form) => ({ form: { ...form }, problems: [] })));
      touched();
      list.cards()[0].open(true);
      list.cards()[0].focus();
      say(t('own_done'));
    }
    function askAgain() {
      let dialog = null;
      const go = () => {
        dialog.close();
        list.load([]);
        touched();
        own.focus();
        say(t('own_again_done'));
      };
      dialog = editing.dialog(host, {
        t,
        title: t('own_title', { framework: framework.name }),
        body: h('p', {}, t('own_warning')),
        actions: [editing.button(t('own_again'), null, go, { look: 'primary' }), editing.button(t('close_editor'), null, () => dialog.close())],
      });
    }
    return {
      element,
      list,
      /** Another way to reflect was chosen. */
      show(id) {
        framework = page.frameworks.find((one) => one.id === id) || page.frameworks[0];
        draw(list.cards().length);
      },
    };
  };
})();
