/* The editor of badges: one badge as a card that unfolds, and the list of them. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;
  const copy = (data) => JSON.parse(JSON.stringify(data));
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

  /** One badge. `data` is its form, which the fields write to. Options: t, host, page, url, form, problems, edited, act. */
  editor.card = function ({ t, host, page, url, form, problems, edited, act }) {
    const bodyId = editing.uid('body');
    const before = [];
    const fieldset = h('div', { class: 'mue-card-body', id: bodyId, hidden: true });
    const card = { t, host, page, url, data: form, problems, showing: false, element: null, built: false };
    const isReadable = !('unreadable' in form);

    card.beforeChange = (write) => before.push(write);
    card.changed = () => {
      before.forEach((write) => write());
      card.drawHead();
      look();
      edited(card);
    };
    card.fields = editing.fields(fieldset, card.changed);
    card.isOpen = () => !fieldset.hidden;

    const number = h('span', { class: 'mue-card-number' });
    const small = h('span', { class: 'mub-small', 'aria-hidden': 'true' });
    const title = h('span', { class: 'mue-card-title' });
    const what = h('span', { class: 'mue-card-type' });
    const state = h('button', { type: 'button', class: 'mue-state', click: () => card.mend() });
    const loose = h('ul', { class: 'mue-loose', hidden: true });
    const toggle = h(
      'button',
      { type: 'button', class: 'mue-card-toggle', 'aria-expanded': 'false', 'aria-controls': bodyId, click: () => card.open(!card.isOpen()) },
      number,
      small,
      h('span', { class: 'mue-card-words' }, title, what),
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
        h('div', { class: 'mue-card-tools' }, tool('move_up', 'up'), tool('move_down', 'down'), isReadable ? tool('duplicate', 'copy') : null, tool('delete', 'remove')),
      ),
      fieldset,
    );
    card.element.mueCard = card;

    // What the server says of the badge as it stands: its picture, and what is still to be mended.
    const look = editing.calmly(SOON, async () => {
      if (!isReadable) {
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
    card.look = look;
    card.name = () => form.name || t(isReadable ? 'untitled' : 'unreadable');
    card.place = function (index, count) {
      number.textContent = String(index + 1);
      handle.setAttribute('aria-label', t('move_badge', { n: index + 1 }));
      card.index = index;
      card.element.querySelector('.mue-tool-move_up').setAttribute('aria-disabled', index === 0 ? 'true' : 'false');
      card.element.querySelector('.mue-tool-move_down').setAttribute('aria-disabled', index === count - 1 ? 'true' : 'false');
    };
    card.drawHead = function () {
      const mend = card.problems.length;
      title.textContent = card.name();
      what.textContent = form.criterion ? t(`kind_${form.criterion.kind}`) : '';
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
        if (isReadable) {
          body(card, fieldset);
          look();
          look.now();
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
    card.focusName = function () {
      card.goTo('name');
      document.activeElement.select?.();
    };
    card.drawHead();
    return card;
  };

  /** The badges: {element, cards(), load(badges), add(kind), clean()}. */
  editor.list = function ({ t, host, page, url, say, touched, edited, counted, fallback }) {
    const element = h('ol', { class: 'mue-cards' });
    const cards = () => [...element.children].map((item) => item.mueCard).filter(Boolean);
    const actions = { move_up: (card) => move(card, -1), move_down: (card) => move(card, 1), duplicate, delete: bury };

    function make(form, problems) {
      const card = editor.card({ t, host, page, url, form, problems, edited, act: (what, one) => actions[what](one) });
      card.look();
      return card;
    }
    function count() {
      const all = cards();
      all.forEach((card, index) => card.place(index, all.length));
      counted(all.length);
    }
    function load(badges) {
      element.replaceChildren(...badges.map(({ form, problems }) => make(form, problems).element));
      count();
    }
    function add(kind) {
      const card = make({ ...copy(page.starters[kind]), id: editing.newId('b', 10) }, []);
      element.append(card.element);
      count();
      card.focusName();
      card.element.scrollIntoView({ block: 'start' });
      touched();
      say(t('added', { n: card.index + 1 }));
    }
    function duplicate(card) {
      const twin = make({ ...copy(card.data), id: editing.newId('b', 10) }, card.problems);
      card.element.after(twin.element);
      count();
      twin.open(card.isOpen());
      twin.focus();
      touched();
      say(t('duplicated', { n: twin.index + 1 }));
    }
    function moved(item) {
      count();
      touched();
      say(t('moved', { name: item.mueCard.name(), position: item.mueCard.index + 1, count: cards().length }));
    }
    function move(card, way) {
      const other = cards()[card.index + way];
      if (!other) {
        return;
      }
      // Past the places of deleted badges in one go.
      element.insertBefore(card.element, way < 0 ? other.element : other.element.nextElementSibling);
      moved(card.element);
      card.element.querySelector(way < 0 ? '.mue-tool-move_up' : '.mue-tool-move_down').focus();
      card.element.scrollIntoView({ block: 'nearest' });
    }
    function bury(card) {
      const grave = editing.tombstone({
        t,
        card,
        undo: () => {
          grave.replaceWith(card.element);
          count();
          card.focus();
          touched();
        },
        forget: () => {
          const near = grave.nextElementSibling || grave.previousElementSibling;
          grave.remove();
          (near ? near.querySelector('button') : fallback()).focus();
        },
      });
      card.element.replaceWith(grave);
      count();
      grave.querySelector('button').focus();
      touched();
      say(`${t('deleted', { name: card.name() })}. ${t('deleted_note')}`);
    }
    const clean = () => element.querySelectorAll('.mue-tombstone').forEach((grave) => grave.remove());

    editing.sortable(element, '.mue-handle', moved);
    return { element, cards, load, add, clean };
  };
})();
