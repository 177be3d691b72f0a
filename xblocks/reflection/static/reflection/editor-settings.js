/* The editor of reflections: what is decided beside the questions. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.reflectionEditor;

  /** A text with a toolbar of its own: nothing else here can be formatted. */
  function introduction({ t, host, fields, data }) {
    const room = h('div', { class: 'mur-formatted' });
    room.append(fields.rich(data, 'introduction', 'introduction', { label: t('introduction'), help: t('introduction_help'), small: true }), editing.toolbar(room, { t, host }));
    return room;
  }

  function words({ t, fields, data }) {
    const field = (name) => fields.number(data, name, name, { label: t(name), suffix: t('words_suffix'), empty: 0, inputmode: 'numeric', placeholder: t('free') });
    return h('fieldset', { class: 'mue-group' }, h('legend', { class: 'mue-label' }, t('length')), h('p', { class: 'mue-help' }, t('length_help')), h('div', { class: 'mue-pairline' }, field('least_words'), field('most_words')));
  }

  function commitment({ t, fields, data }) {
    const ways = ['none', 'optional', 'required'].map((one) => [one, t(`commitment_${one}`), t(`commitment_${one}_help`)]);
    return fields.radios(data, 'commitment', 'commitment', { label: t('commitment'), options: ways });
  }

  function sharing({ t, fields, data }) {
    const checks = ['coach', 'group', 'buddy'].map((one) => fields.check(data, one, one, { label: t(`let_in_${one}`), help: t(`let_in_${one}_help`) }));
    return h('fieldset', { class: 'mue-group mur-box' }, h('legend', { class: 'mue-label' }, t('let_in')), h('p', { class: 'mue-help' }, t('let_in_help')), checks);
  }

  /** Earlier reflections of the course, and what is named here but gone from it. */
  function recalls({ t, page, fields, data, changed }) {
    const here = new Set(page.earlier.map(({ id }) => id));
    const gone = data.recalls.filter((id) => !here.has(id)).map((id) => ({ id, name: t('gone', { name: id }) }));
    const rows = [...page.earlier, ...gone].map(({ id, name }) => {
      const control = h('input', {
        type: 'checkbox',
        class: 'mue-tick',
        value: id,
        change: () => {
          const others = data.recalls.filter((one) => one !== id);
          data.recalls = control.checked ? [...others, id] : others;
          changed();
        },
      });
      control.checked = data.recalls.includes(id);
      return h('label', { class: 'mue-tick-label' }, control, h('span', {}, name));
    });
    return fields.group('recalls', { label: t('recalls'), help: t('recalls_help') }, rows.length ? rows : h('p', { class: 'mue-help' }, t('recalls_none')));
  }

  function grade({ t, page, fields, data }) {
    const weight = fields.number(data, 'weight', 'weight', { label: t('weight') });
    const show = () => {
      weight.hidden = !data.scored;
      // Nobody sees what is wrong with a number that is hidden.
      if (!data.scored && typeof data.weight !== 'number') {
        data.weight = 1;
        weight.querySelector('input').value = '1';
      }
    };
    const scored = fields.check(data, 'scored', 'scored', { label: t('scored'), help: t('scored_help'), act: show });
    show();
    const due = h('p', { class: 'mue-help' }, page.due ? t('due', { date: page.due }) : t('due_none'));
    return h('fieldset', { class: 'mue-group' }, h('legend', { class: 'mue-label' }, t('grade')), scored, weight, due);
  }

  /** All of it over `data`, as nodes. Options: t, host, page, fields, data, changed(). */
  editor.settings = function (options) {
    const { t, fields, data } = options;
    const later = fields.number(data, 'revisit_weeks', 'revisit_weeks', {
      label: t('revisit_weeks'),
      help: t('revisit_weeks_help'),
      suffix: t('weeks_suffix'),
      empty: 0,
      inputmode: 'numeric',
      placeholder: t('never'),
    });
    return [introduction(options), words(options), commitment(options), sharing(options), editing.fold(t('more_settings'), later, recalls(options), grade(options))];
  };
})();
