/* The editor of badges: choosing blocks of this course by their names, never by keys. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = (window.Microunits.badgesEditor = window.Microunits.badgesEditor || {});
  const plain = (text) => text.toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '');

  /** What a type of block is called. */
  editor.typeName = (card, type) => card.t(card.page.texts[`type_${type}`] ? `type_${type}` : 'type_other');

  /**
   * A tree of checkboxes over what can be chosen: {element, chosen() in the course's order, search(text), count}.
   * A section, or a unit, ticks everything in it.
   */
  function treeOf(card, kind, already, counted) {
    const chosen = new Set(already);
    const boxes = [];
    const leaves = [];
    const fits = (node) => node.does.includes(kind) || node.parts.some(fits);

    function show() {
      for (const one of boxes) {
        const states = one.leaves.filter((leaf) => !leaf.row.hidden).map((leaf) => chosen.has(leaf.name));
        one.box.checked = states.length > 0 && states.every(Boolean);
        one.box.indeterminate = !one.box.checked && states.some(Boolean);
      }
      leaves.forEach((leaf) => (leaf.box.checked = chosen.has(leaf.name)));
      counted(chosen.size);
    }
    function tick(names, on) {
      names.forEach((name) => (on ? chosen.add(name) : chosen.delete(name)));
      show();
    }
    function leafOf(node, around) {
      const box = h('input', { type: 'checkbox', class: 'mue-tick', change: () => tick([node.name], box.checked) });
      const row = h('li', {}, h('label', { class: 'mue-tick-label mub-row' }, box, h('span', {}, node.title, h('small', { class: 'mub-type' }, editor.typeName(card, node.type)))));
      const leaf = { name: node.name, box, row, words: plain([...around, node.title].join(' ')) };
      leaves.push(leaf);
      return { row, leaves: [leaf] };
    }
    function branchOf(node, around) {
      const made = node.parts.filter(fits).map((part) => rowOf(part, [...around, node.title]));
      const inside = made.flatMap((one) => one.leaves);
      const box = h('input', {
        type: 'checkbox',
        class: 'mue-tick',
        'aria-label': card.t('pick_everything_in', { name: node.title }),
        change: () => tick(inside.filter((leaf) => !leaf.row.hidden).map((leaf) => leaf.name), box.checked),
      });
      boxes.push({ box, leaves: inside });
      const row = h('li', {}, h('label', { class: 'mue-tick-label mub-row mub-branch' }, box, h('span', {}, node.title)), h('ul', { class: 'mub-tree' }, made.map((one) => one.row)));
      return { row, leaves: inside, branch: true };
    }
    function rowOf(node, around) {
      const made = node.parts.length ? branchOf(node, around) : leafOf(node, around);
      made.row.mubLeaves = made.leaves;
      return made;
    }
    const parts = card.page.tree ? card.page.tree.parts.filter(fits) : [];
    const rows = parts.map((part) => rowOf(part, []));
    const element = h('ul', { class: 'mub-tree mub-course' }, rows.map((one) => one.row));
    show();
    return {
      element,
      count: leaves.length,
      chosen: () => [...already.filter((name) => chosen.has(name) && !leaves.some((leaf) => leaf.name === name)), ...leaves.map((leaf) => leaf.name).filter((name) => chosen.has(name))],
      search(text) {
        const words = plain(text).split(/\s+/).filter(Boolean);
        leaves.forEach((leaf) => (leaf.row.hidden = !words.every((word) => leaf.words.includes(word))));
        element.querySelectorAll('li').forEach((row) => (row.hidden = row.mubLeaves.every((leaf) => leaf.row.hidden)));
        show();
        return leaves.some((leaf) => !leaf.row.hidden);
      },
    };
  }

  /** Lets the author choose; calls done(names). */
  function pick(card, kind, already, returnFocus, done) {
    const { t, host } = card;
    let dialog = null;
    const finish = editing.button(t('pick_done'), 'check', () => {
      dialog.close();
      done(tree.chosen());
    }, { look: 'primary' });
    const counted = (n) => (finish.querySelector('span').textContent = n ? t('pick_done_n', { n }) : t('pick_done'));
    const tree = treeOf(card, kind, already, counted);
    const none = h('p', { class: 'mue-help', role: 'status' }, tree.count ? '' : t('pick_nothing'));
    const field = h('input', { id: editing.uid('search'), class: 'mue-input', type: 'search', autocomplete: 'off', input: () => (none.textContent = tree.search(field.value) ? '' : t('pick_none')) });
    const search = h('div', { class: 'mue-field', hidden: !tree.count }, h('label', { class: 'mue-label', for: field.id }, t('pick_search')), field);
    dialog = editing.dialog(host, { t, title: t('pick_title'), body: [search, none, tree.element], actions: [finish], wide: true, returnFocus });
    (tree.count ? field : finish).focus();
  }

  /** The blocks that a criterion names, with a way to choose others. Options: kind, path, optional (none: anywhere). */
  editor.blocks = function (card, data, { kind, path, optional }) {
    const { t, page } = card;
    const list = h('ul', { class: 'mub-chosen' });
    const chooser = editing.button(t('choose_blocks'), 'plus', () =>
      pick(card, kind, data.blocks, chooser, (names) => {
        data.blocks = names;
        draw();
        card.changed();
      }),
    );

    function remove(name) {
      const at = data.blocks.indexOf(name);
      data.blocks = data.blocks.filter((other) => other !== name);
      draw();
      card.changed();
      const buttons = list.querySelectorAll('button');
      (buttons[Math.min(at, buttons.length - 1)] || chooser).focus();
    }
    function draw() {
      const items = data.blocks.map((name) => {
        const title = page.names[name];
        const text = title || t('gone');
        return h(
          'li',
          { class: title ? 'mub-chip' : 'mub-chip mub-gone' },
          !title && editing.icon('mend'),
          h('span', {}, text, !title && h('small', { class: 'mub-type' }, editor.typeName(card, name.split('@')[0]))),
          editing.button(t('remove_block', { name: text }), 'close', () => remove(name), { quiet: true }),
        );
      });
      list.replaceChildren(...(items.length ? items : [h('li', { class: 'mue-help' }, t(optional ? 'blocks_anywhere' : 'blocks_none'))]));
    }
    draw();
    return card.fields.group(path, { label: t('blocks') }, list, chooser);
  };
})();
