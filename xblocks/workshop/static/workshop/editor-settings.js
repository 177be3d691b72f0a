/* The editor of a workshop: what stands around its lists: its name and purpose, what comes after it, reminders. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.workshopEditor;

  /** Name and purpose. */
  editor.heading = function ({ t, host, fields }, settings) {
    return [
      fields.text(settings, 'display_name', 'display_name', { label: t('display_name') }),
      editor.formatted({ t, host, fields }, settings, 'about', 'about', { label: t('about'), help: t('about_help') }),
    ];
  };

  function reminders({ t, fields, page, touch }, settings) {
    const { reminders: held } = settings;
    const rows = h('div', { class: 'mue-rows' });
    const own = h('div', { class: 'muw-own' }, rows);
    const adder = editing.button(t('add_reminder'), 'plus', () => change(() => held.own.push({ number: 1, unit: 'd' })), { look: 'link' });
    own.append(adder);

    function draw() {
      own.hidden = held.mode !== 'own';
      adder.hidden = held.own.length >= page.limits.reminders;
      rows.replaceChildren(
        ...held.own.map((_one, index) =>
          editor.distance(
            { t, fields },
            held.own,
            index,
            `reminders/own/${index}`,
            { label: t('reminder', { n: index + 1 }) },
            h('span', { class: 'muw-after' }, t('before_session')),
            editing.button(t('remove'), 'remove', () => change(() => held.own.splice(index, 1)), { quiet: true, 'aria-label': `${t('remove')}: ${t('reminder', { n: index + 1 })}` }),
          ),
        ),
      );
    }
    function change(act) {
      act();
      draw();
      touch();
      const inputs = rows.querySelectorAll('fieldset:last-of-type input');
      (inputs[0] || adder).focus();
    }
    draw();
    const ways = ['usual', 'none', 'own'].map((mode) => [mode, t(`reminders_${mode}`), mode === 'own' ? '' : t(`reminders_${mode}_help`)]);
    return h('div', {}, fields.radios(held, 'mode', 'reminders', { label: t('reminders'), options: ways, act: draw }), own);
  }

  /** What comes afterwards, reminders, and what counts as done: behind one fold. */
  editor.more = function (desk, settings) {
    const { t, fields } = desk;
    const after = { type: 'reflection', label: t('reflection'), help: t('reflection_help'), none: t('reflection_none'), missing: t('reflection_missing') };
    const ways = ['prepared', 'attended'].map((way) => [way, t(`completes_${way}`), t(`completes_${way}_help`)]);
    return editing.fold(
      t('more'),
      editor.block(desk, settings, 'reflection', 'reflection', after),
      fields.radios(settings, 'completes', 'completes', { label: t('completes'), options: ways }),
      reminders(desk, settings),
    );
  };

  /** What was imported and could not be read, with what is wrong with it. */
  editor.unread = function (t, { olx, problems }) {
    return h(
      'section',
      { class: 'mue-notice muw-unread' },
      h('h2', { class: 'muw-title' }, t('unread_title')),
      h('p', {}, t('unread_help')),
      h('ul', { class: 'mue-lines' }, problems.map(({ path, message }) => h('li', {}, h('span', {}, message), h('code', {}, path)))),
      editing.fold(t('unread_text'), h('pre', { class: 'mue-raw', tabindex: '0', dir: 'ltr' }, olx)),
    );
  };
})();
