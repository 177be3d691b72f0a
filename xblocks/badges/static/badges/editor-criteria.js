/* The editor of badges: what has to be done, as groups within groups of things to do. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;
  const copy = (data) => JSON.parse(JSON.stringify(data));
  const DEEPEST = 4;
  const GROUPS = ['all', 'any', 'some'];

  /** What each kind lets one choose, besides its blocks and parts. */
  const NUMBERS = {
    score: ['least'],
    first_try: ['number'],
    came_back: ['number'],
    reviews: ['number', 'days'],
    weeks: ['weeks', 'rest'],
    within: ['days'],
    some: ['number'],
  };

  const isGroup = (kind) => GROUPS.includes(kind);

  function numbers(card, data, path) {
    const { t, fields } = card;
    const labels = { number: isGroup(data.kind) ? 'number_parts' : 'number_questions', days: 'days_within', weeks: 'weeks' };
    const made = (NUMBERS[data.kind] || []).map((name) => {
      if (name === 'least') {
        return fields.percent(data, name, `${path}/${name}`, { label: t('least') });
      }
      if (name === 'rest') {
        return fields.number(data, name, `${path}/${name}`, { label: t('rest'), help: t('rest_help'), inputmode: 'numeric', empty: 0 });
      }
      return fields.number(data, name, `${path}/${name}`, { label: t(labels[name]), inputmode: 'numeric' });
    });
    return made.length ? h('div', { class: 'mue-pairline' }, made) : null;
  }

  function parts(card, data, path, depth) {
    const { t, fields } = card;
    const list = h('ol', { class: 'mub-parts' });

    function remove(index) {
      data.parts.splice(index, 1);
      draw();
      card.changed();
      const selects = list.querySelectorAll(':scope > li > .mub-part-tools button');
      (selects[Math.min(index, selects.length - 1)] || adder).focus();
    }
    function draw() {
      list.replaceChildren(
        ...data.parts.map((_part, index) =>
          h(
            'li',
            { class: 'mub-part' },
            h('div', { class: 'mub-part-tools' }, h('span', { class: 'mue-label' }, t('criterion_part', { n: index + 1 })), editing.button(t('remove_part', { n: index + 1 }), 'remove', () => remove(index), { quiet: true })),
            editor.criterion(card, data.parts, index, { path: `${path}/parts/${index}`, depth: depth + 1 }),
          ),
        ),
      );
    }
    const adder = editing.button(t('add_part'), 'plus', () => {
      data.parts.push({ kind: 'completed', ...copy(card.page.defaults.completed) });
      draw();
      card.changed();
      list.lastElementChild.querySelector('select').focus();
    });
    draw();
    return fields.group(`${path}/parts`, { label: t('parts') }, list, adder);
  }

  /** Of another kind: what both have in common stays, and a single thing becomes the first of a group. */
  function turned(card, before, kind) {
    const data = { kind, ...copy(card.page.defaults[kind]) };
    if (!before) {
      return data;
    }
    for (const name of Object.keys(data)) {
      if (name !== 'kind' && name in before && isGroup(kind) === isGroup(before.kind)) {
        data[name] = before[name];
      }
    }
    if (isGroup(kind) && !isGroup(before.kind)) {
      data.parts = [before, { kind: 'completed', ...copy(card.page.defaults.completed) }];
    }
    return data;
  }

  /** One criterion at holder[key]. Options: path, depth (1: the whole). */
  editor.criterion = function (card, holder, key, { path, depth }) {
    const { t, page, fields } = card;
    const room = h('div', { class: 'mub-criterion' });
    // Whoever looks at another kind finds what they had when they come back.
    const kept = {};
    const given = holder[key] ? holder[key].kind : '';
    const fits = (kind) => page.kinds.includes(kind) && (depth < DEEPEST || !isGroup(kind));
    // What was chosen before can be chosen again, also where the course has no such block any more.
    const known = Object.keys(page.defaults).filter((kind) => fits(kind) || kind === given);

    function draw() {
      const data = holder[key];
      const choice = { kind: data ? data.kind : '' };
      const kinds = data ? known : ['', ...known];
      const select = fields.select(choice, 'kind', path, {
        label: t('kind'),
        hideLabel: depth > 1,
        help: data ? t(`kind_${data.kind}_help`) : null,
        options: kinds.map((kind) => [kind, kind ? t(`kind_${kind}`) : '…']),
        act: () => {
          if (data) {
            kept[data.kind] = data;
          }
          holder[key] = kept[choice.kind] || turned(card, data, choice.kind);
          draw();
          card.changed();
          room.querySelector('select').focus();
        },
      });
      const body = [];
      if (data) {
        body.push(numbers(card, data, path));
        if ('blocks' in data) {
          body.push(editor.blocks(card, data, { kind: data.kind, path: `${path}/blocks`, optional: 'number' in data }));
        }
        if ('parts' in data) {
          body.push(parts(card, data, path, depth));
        }
      }
      room.replaceChildren(...[select, ...body].filter(Boolean));
    }
    draw();
    return room;
  };
})();
