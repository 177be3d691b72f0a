/* The editor of badges: what a card of one badge holds. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;
  const SOON = 300;

  function tags(card) {
    const { t, data, fields } = card;
    const line = { value: data.tags.join(', ') };
    card.beforeChange(() => {
      data.tags = line.value.split(',').map((tag) => tag.trim()).filter(Boolean);
    });
    return fields.text(line, 'value', 'tags', { label: t('tags'), help: t('tags_help') });
  }

  function alignments(card) {
    const { t, data, fields } = card;
    const rows = h('div', { class: 'mue-rows' });

    function draw() {
      rows.replaceChildren(
        ...data.alignments.map((one, index) =>
          fields.group(
            `alignments/${index}`,
            { label: t('alignment_n', { n: index + 1 }) },
            h(
              'div',
              { class: 'mue-pairline' },
              fields.text(one, 'name', `alignments/${index}/name`, { label: t('alignment_name') }),
              fields.text(one, 'url', `alignments/${index}/url`, { label: t('alignment_url'), inputmode: 'url', dir: 'ltr' }),
            ),
            editing.button(t('remove'), 'remove', () => change(() => data.alignments.splice(index, 1)), { look: 'link', 'aria-label': `${t('remove')}: ${t('alignment_n', { n: index + 1 })}` }),
          ),
        ),
      );
    }
    function change(act) {
      act();
      draw();
      card.changed();
      const inputs = rows.querySelectorAll('fieldset:last-of-type input');
      (inputs[0] || adder).focus();
    }
    const adder = editing.button(t('add_alignment'), 'plus', () => change(() => data.alignments.push({ name: '', url: '' })), { look: 'link' });
    draw();
    return fields.group('alignments', { label: t('alignments'), help: t('alignments_help') }, rows, adder);
  }

  /** A text with a toolbar of its own: the rest of a badge has none to format. */
  function formatted(card, name) {
    const { t, host, data, fields } = card;
    const room = h('div', { class: 'mub-formatted' });
    room.append(fields.rich(data, name, name, { label: t(name), help: t(`${name}_help`), small: true }), editing.toolbar(room, { t, host }));
    return room;
  }

  function elsewhere(card) {
    const { t, data, page } = card;
    const block = page.elsewhere[data.id];
    if (!block) {
      return null;
    }
    const notice = h('div', { class: 'mue-loose' }, h('p', {}, t('elsewhere', { block })));
    notice.append(
      editing.button(t('own_id'), null, () => {
        data.id = editing.newId('b', 10);
        notice.replaceChildren(h('p', { role: 'status' }, t('own_id_done')));
        card.changed();
      }),
    );
    return notice;
  }

  function body(card, form) {
    const { t, data, fields } = card;
    card.picture = editor.picture(card);
    const notice = elsewhere(card);
    form.append(
      ...[
        notice,
        fields.text(data, 'name', 'name', { label: t('name'), help: t('name_help') }),
        formatted(card, 'description'),
        h('fieldset', { class: 'mue-group mub-what' }, h('legend', { class: 'mue-label' }, t('criterion')), editor.criterion(card, data, 'criterion', { path: 'criterion', depth: 1 }), editor.trying(card)),
        card.picture.element,
        editing.fold(
          t('more_badge'),
          formatted(card, 'narrative'),
          h(
            'div',
            { class: 'mue-pairline' },
            fields.number(data, 'minutes', 'minutes', { label: t('minutes'), help: t('minutes_help'), suffix: t('minutes_suffix'), empty: 0, inputmode: 'numeric', placeholder: t('none') }),
            fields.number(data, 'months', 'months', { label: t('months'), help: t('months_help'), suffix: t('months_suffix'), empty: 0, inputmode: 'numeric', placeholder: t('always') }),
          ),
          tags(card),
          alignments(card),
        ),
      ].filter(Boolean),
    );
  }

  /** One badge. Options: t, host, page, url, form, problems, edited(card), act(name, card). */
  editor.card = function ({ t, host, page, url, form, problems, edited, act }) {
    const small = h('span', { class: 'mub-small', 'aria-hidden': 'true' });

    // What the server says of the badge as it stands: its picture, and what is still to be mended.
    const look = editing.calmly(SOON, async () => {
      if (!card.readable()) {
        return;
      }
      try {
        const answer = await editing.post(url('editor_picture'), { badge: form });
        small.innerHTML = answer.html;
        if (card.picture) {
          card.picture.draw(answer.html);
        }
        card.setProblems(answer.problems);
      } catch (failure) {
        // The picture is a convenience: saving says what is wrong.
        if (!(failure instanceof editing.Failure)) {
          throw failure;
        }
      }
    });
    const card = editing.card({
      t,
      host,
      form,
      problems,
      edited: (changed) => {
        look();
        edited(changed);
      },
      act,
      move: 'move_badge',
      name: ({ name }) => name,
      kind: ({ criterion }) => t(`kind_${criterion.kind}`),
      body: (made, room) => {
        body(made, room);
        look();
        look.now();
      },
      mark: small,
      first: 'name',
      more: { page, url },
    });
    look();
    return card;
  };
})();
