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

  /** One question. Options: t, host, blank (empty parts by name), form, problems, edited(card), act(name, card), say(text). */
  editor.card = function ({ t, host, blank, form, problems, edited, act, say }) {
    return editing.card({
      t,
      host,
      form,
      problems,
      edited,
      act,
      move: 'move_question',
      name: ({ title, text }) => title || editing.plainText(text || '').replace(/\[\[[^\]]*\]\]/g, '…'),
      kind: ({ type }) => [editing.icon(type), t(`type_${type}`)],
      body,
      first: 'text',
      more: { say, blank: (name) => JSON.parse(JSON.stringify(blank[name])) },
    });
  };
})();
