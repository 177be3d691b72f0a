/* The editor of a workshop: what a card of one session holds. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.workshopEditor;
  const SOON = 300;
  const HOURS = 2;

  /** The time so many hours later; '' where that is another day. */
  function later(time) {
    const [hour, minute] = time.split(':').map(Number);
    return time && hour + HOURS < 24 ? `${String(hour + HOURS).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : '';
  }

  /** Date and times, by the way in which the session has them. */
  function times(card) {
    const { t, data, fields } = card;
    if (data.on === 'later') {
      return [h('p', { class: 'mue-help' }, t('on_later_help'))];
    }
    const ends = fields.text(data, 'ends', 'ends', { label: t('ends'), type: 'time' });
    card.ends = ends.querySelector('input');
    const day =
      data.on === 'date'
        ? fields.text(data, 'date', 'date', { label: t('date'), type: 'date' })
        : fields.number(data, 'days', 'days', { label: t('days'), inputmode: 'numeric', suffix: t('days_suffix') });
    return [h('div', { class: 'mue-numberline' }, day, fields.text(data, 'starts', 'starts', { label: t('starts'), type: 'time' }), ends)];
  }

  function zones({ page, data }) {
    const known = page.zones.includes(data.zone) ? page.zones : [data.zone, ...page.zones];
    return known.map((name) => [name, name.replaceAll('_', ' ')]);
  }

  /** That the session was changed on the facilitator's page, and a way to have that here, too. */
  function elsewhere(card, standing) {
    const { t, data } = card;
    const notice = h('div', { class: 'mue-note muw-notice' }, h('p', {}, standing.elsewhere));
    if (standing.form) {
      notice.append(
        editing.button(t('take_over'), null, () => {
          Object.assign(data, standing.form);
          card.redraw();
          card.room.prepend(h('p', { class: 'mue-note mue-note-good', role: 'status', tabindex: '-1' }, t('taken_over')));
          card.room.firstChild.focus();
          card.changed();
        }),
      );
    }
    return notice;
  }

  function body(card, room) {
    const { t, data, fields, page } = card;
    const standing = page.standing.sessions[data.id];
    const when = h('div', { class: 'muw-when' });
    const until = h('div');
    const draw = () => {
      when.replaceChildren(...times(card));
      until.replaceChildren(...(data.on === 'date' ? [fields.text(data, 'until', 'until', { label: t('until'), help: t('until_help'), type: 'date' })] : []));
    };
    card.room = room;
    card.redraw = () => {
      room.replaceChildren(room.querySelector(':scope > .mue-loose'), ...parts());
      draw();
    };
    function parts() {
      return [
        standing && standing.elsewhere ? elsewhere(card, standing) : null,
        standing && standing.people ? h('p', { class: 'mue-help muw-people' }, t('people_note', { people: standing.people })) : null,
        when,
        fields.select(data, 'zone', 'zone', { label: t('zone'), help: t('zone_help'), options: zones(card) }),
        card.notes,
        h(
          'div',
          { class: 'mue-pairline' },
          fields.text(data, 'place', 'place', { label: t('place'), help: t('place_help') }),
          fields.text(data, 'facilitator', 'facilitator', { label: t('facilitator'), help: t('facilitator_help') }),
        ),
        fields.text(data, 'link', 'link', { label: t('link'), inputmode: 'url', dir: 'ltr' }),
        editing.fold(
          t('more_session'),
          fields.number(data, 'seats', 'seats', { label: t('seats'), help: t('seats_help'), empty: 0, inputmode: 'numeric', placeholder: t('seats_all') }),
          fields.radios(data, 'on', 'on', { label: t('on'), options: ['date', 'later', 'start'].map((on) => [on, t(`on_${on}`), on === 'date' ? '' : t(`on_${on}_help`)]), act: draw }),
          until,
        ),
      ].filter(Boolean);
    }
    room.append(...parts());
    draw();
  }

  /** One session. Options: t, host, page, url, form, problems, said in words, edited(card), act(name, card). */
  editor.session = function ({ t, host, page, url, form, problems, said, edited, act }) {
    let words = said || '';
    let began = form.starts;
    const notes = h('div', { class: 'muw-notes', 'aria-live': 'polite' });

    // What the server says of the session as it stands: when it is in words, and what is still to be mended.
    const look = editing.calmly(SOON, async () => {
      if (!card.readable()) {
        return;
      }
      try {
        const answer = await editing.post(url('editor_look'), { session: form });
        words = answer.said;
        notes.replaceChildren(...answer.notes.map((note) => h('p', { class: 'mue-note mue-note-mend' }, note)));
        card.setProblems(answer.problems);
      } catch (failure) {
        // Saving says what is wrong.
        if (!(failure instanceof editing.Failure)) {
          throw failure;
        }
      }
    });
    /** Whoever says when it begins need not say when it ends. */
    function follow() {
      if (form.starts === began) {
        return;
      }
      if (!form.ends || form.ends === later(began)) {
        form.ends = later(form.starts);
        card.ends.value = form.ends;
      }
      began = form.starts;
    }
    const people = () => (page.standing.sessions[form.id] || {}).people;
    const city = ({ on, zone }) => (on === 'later' ? '' : zone.split('/').at(-1).replaceAll('_', ' '));
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
      move: 'move_session',
      name: () => words || t('new_session'),
      kind: () => h('span', {}, [city(form), form.place || form.link, people()].filter(Boolean).join(' · ')),
      body: (made, room) => {
        made.beforeChange(follow);
        body(made, room);
        look();
        look.now();
      },
      first: 'date',
      more: { page, notes },
    });
    if (!said) {
      look();
    }
    return card;
  };
})();
