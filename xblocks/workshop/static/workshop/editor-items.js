/* The editor of a workshop: what a card of one thing to prepare holds. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.workshopEditor;
  const SOON = 300;

  /** Choosing a block of the course; one that is gone stays to be seen. */
  editor.block = function ({ t, page, fields }, holder, key, path, { type, label, help, none, missing }) {
    const blocks = page.blocks[type] || [];
    const known = !holder[key] || blocks.some(([name]) => name === holder[key]);
    const gone = known ? [] : [[holder[key], `${t('block_gone')}: ${holder[key]}`]];
    return fields.select(holder, key, path, { label, help: blocks.length ? help : missing, options: [['', none], ...gone, ...blocks] });
  };

  function link({ t, data, fields }) {
    return fields.text(data, 'url', 'url', { label: t('url'), help: t('url_help'), inputmode: 'url', dir: 'ltr' });
  }

  /** What belongs to the kind: the link, or the quiz. */
  function own(card) {
    const { t, data } = card;
    const quiz = { type: 'microquiz', label: t('block'), none: t('block_none'), missing: t('block_missing') };
    return { read: () => [link(card)], quiz: () => [editor.block(card, data, 'block', 'block', quiz)] }[data.kind]?.() || [];
  }

  function body(card, room) {
    const { t, data, fields, page } = card;
    const title = h('div');
    const kinds = h('div');
    const links = h('div');
    const draw = () => {
      title.replaceChildren(fields.text(data, 'title', 'title', { label: t(data.kind === 'question' ? 'title_question' : 'title') }));
      kinds.replaceChildren(...own(card));
      links.replaceChildren(...(['tick', 'question'].includes(data.kind) ? [link(card)] : []));
    };
    const standing = page.standing.items[data.id];
    room.append(
      ...[
        standing ? h('p', { class: 'mue-help muw-people' }, standing.people) : null,
        title,
        kinds,
        fields.number(data, 'minutes', 'minutes', { label: t('minutes'), suffix: t('minutes_suffix'), empty: 0, inputmode: 'numeric' }),
        editing.fold(
          t('more_item'),
          editor.formatted(card, data, 'about', 'about', { label: t('item_about') }),
          editor.distance(card, data, 'before', 'before', { label: t('before') }),
          fields.select(data, 'kind', 'kind', { label: t('kind'), options: Object.keys(page.kinds).map((kind) => [kind, t(`kind_${kind}`)]), act: draw }),
          links,
        ),
      ].filter(Boolean),
    );
    draw();
  }

  /** One thing to prepare. Options: t, host, page, url, form, problems, edited(card), act(name, card). */
  editor.item = function ({ t, host, page, url, form, problems, edited, act }) {
    const look = editing.calmly(SOON, async () => {
      try {
        card.setProblems((await editing.post(url('editor_look'), { item: form })).problems);
      } catch (failure) {
        // Saving says what is wrong.
        if (!(failure instanceof editing.Failure)) {
          throw failure;
        }
      }
    });
    const isGone = ({ kind, block }) => kind === 'quiz' && block && !(page.blocks.microquiz || []).some(([name]) => name === block);
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
      move: 'move_item',
      name: ({ title }) => title,
      kind: ({ kind, minutes }) =>
        h('span', {}, [t(`kind_${kind}`), minutes ? `${minutes} ${t('minutes_suffix')}` : '', isGone(form) ? t('block_gone') : ''].filter(Boolean).join(' · ')),
      body,
      first: 'title',
      more: { page },
    });
    return card;
  };
})();
