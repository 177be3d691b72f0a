/* The micro-quiz's editor: one question as a card that unfolds. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;

  function image(card) {
    const { t, data, fields } = card;
    return fields.group(
      'image',
      { label: t('image') },
      fields.text(data.image, 'src', 'image/src', { label: t('image_src'), help: t('image_src_help'), inputmode: 'url', dir: 'ltr' }),
      fields.text(data.image, 'alt', 'image/alt', { label: t('image_alt'), help: t('image_alt_help') }),
    );
  }

  function tags(card) {
    const { t, data, fields } = card;
    const line = { value: data.tags.join(', ') };
    card.beforeChange(() => {
      data.tags = line.value.split(',').map((tag) => tag.trim()).filter(Boolean);
    });
    return fields.text(line, 'value', 'tags', { label: t('tags'), help: t('tags_help') });
  }

  function general(card) {
    const { t, data, fields } = card;
    const heard = ['right', 'partly', 'wrong'].map((when) =>
      fields.rich(data.feedback, when, `feedback/${when}`, { label: t(`feedback_${when}`), small: true }),
    );
    return fields.group('feedback', { label: t('feedback'), help: t('feedback_help') }, heard);
  }

  function explanation(card) {
    const { t, data, fields } = card;
    const holder = data.explanation;
    return fields.group(
      'explanation',
      { label: t('explanation'), help: t('explanation_help') },
      fields.rich(holder, 'text', 'explanation/text', { label: t('explanation_text') }),
      h(
        'div',
        { class: 'mue-pairline' },
        fields.text(holder, 'source_title', 'explanation/source_title', { label: t('source_title') }),
        fields.text(holder, 'source_url', 'explanation/source_url', { label: t('source_url'), inputmode: 'url', dir: 'ltr' }),
      ),
    );
  }

  function body(card, form) {
    const { t, data, fields } = card;
    const extra = data.type === 'cloze' ? [['gap', t('make_gap'), (rich) => card.makeGap(rich), true]] : [];
    const text = fields.rich(data, 'text', 'text', { label: t(data.type === 'flashcard' ? 'front' : data.type === 'cloze' ? 'cloze_text' : 'question'), help: data.type === 'cloze' ? t('cloze_help') : null });
    card.textField = () => text.mueRich;
    form.append(
      editing.toolbar(form, { t, host: card.host, extra }),
      text,
      ...[editor.TYPES[data.type].main(card)].flat(),
      editing.fold(
        t('more_question'),
        explanation(card),
        editor.hints(card),
        data.type === 'flashcard' ? null : general(card),
        image(card),
        editor.TYPES[data.type].more(card),
        h('div', { class: 'mue-pairline' }, fields.text(data, 'title', 'title', { label: t('title'), help: t('title_help') }), fields.number(data, 'points', 'points', { label: t('points'), help: t('points_help') })),
        tags(card),
      ),
    );
    if (card.adoptGaps) {
      text.mueRich.control.addEventListener('blur', card.adoptGaps);
    }
  }

  /**
   * One question. `data` is its form, which the fields write to.
   *
   * Options: t, host, blank(name), form, problems, edited(card), act(name, card), say(text).
   */
  editor.card = function ({ t, host, blank, form, problems, edited, act, say }) {
    const bodyId = editing.uid('body');
    const before = [];
    const fieldset = h('div', { class: 'mue-card-body', id: bodyId, hidden: true });
    const card = { t, host, say, data: form, problems, showing: false, element: null, built: false };

    card.blank = (name) => JSON.parse(JSON.stringify(blank[name]));
    card.beforeChange = (write) => before.push(write);
    card.changed = () => {
      before.forEach((write) => write());
      card.drawHead();
      edited(card);
    };
    card.fields = editing.fields(fieldset, card.changed);
    card.readable = () => Boolean(form.type);
    card.isOpen = () => !fieldset.hidden;

    const number = h('span', { class: 'mue-card-number' });
    const title = h('span', { class: 'mue-card-title' });
    const state = h('button', { type: 'button', class: 'mue-state', click: () => card.mend() });
    const loose = h('ul', { class: 'mue-loose', hidden: true });
    const typeName = form.type ? t(`type_${form.type}`) : t('unreadable');
    const toggle = h(
      'button',
      { type: 'button', class: 'mue-card-toggle', 'aria-expanded': 'false', 'aria-controls': bodyId, click: () => card.open(!card.isOpen()) },
      number,
      h('span', { class: 'mue-card-words' }, title, h('span', { class: 'mue-card-type' }, form.type && editing.icon(form.type), typeName)),
      editing.icon('open'),
    );
    const tool = (name, icon) => editing.button(t(name), icon, () => act(name, card), { quiet: true, look: `tool mue-tool-${name}` });
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
        h('div', { class: 'mue-card-tools' }, tool('move_up', 'up'), tool('move_down', 'down'), form.type ? tool('duplicate', 'copy') : null, tool('delete', 'remove')),
      ),
      fieldset,
    );
    card.element.mueCard = card;

    card.name = () => form.title || editing.plainText(form.text || '').replace(/\[\[[^\]]*\]\]/g, '…') || t('untitled');
    card.place = function (index, count) {
      number.textContent = String(index + 1);
      handle.setAttribute('aria-label', t('move_question', { n: index + 1 }));
      card.index = index;
      card.element.querySelector('.mue-tool-move_up').setAttribute('aria-disabled', index === 0 ? 'true' : 'false');
      card.element.querySelector('.mue-tool-move_down').setAttribute('aria-disabled', index === count - 1 ? 'true' : 'false');
    };
    card.drawHead = function () {
      const mend = card.problems.length;
      title.textContent = card.name();
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
        if (form.type) {
          body(card, fieldset);
        } else {
          fieldset.append(h('p', {}, t('unreadable_help')), h('pre', { class: 'mue-raw', tabindex: '0', dir: 'ltr' }, JSON.stringify(form.unreadable, null, 2)));
        }
        fieldset.prepend(loose);
        card.showProblems();
      }
      fieldset.hidden = !open;
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
    card.focusText = function () {
      card.open(true);
      card.fields.goTo('text');
      document.getSelection().selectAllChildren(card.textField().control);
    };
    card.drawHead();
    return card;
  };
})();
