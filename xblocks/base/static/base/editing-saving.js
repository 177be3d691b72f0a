/* Shared pieces of Studio editors: saving, what is kept in this browser meanwhile, and what comes back instead of a yes. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const AFTER = 500;

  /**
   * Keeps versions in this browser: the draft of what is on the screen, and one version that was put aside. A version
   * is {base, settings, time} and its items, [{form, problems}], by the name that `list` says ("questions").
   *
   * Options: t, host, usage, list, present() the version on screen, dirty(), use(version), focus().
   */
  editing.versions = function ({ t, host, usage, list, present, dirty, use, focus }) {
    const draft = editing.kept(`draft:${usage}`);
    const aside = editing.kept(`aside:${usage}`);
    const element = h('div', { class: 'mue-notices' });
    const dated = () => ({ ...present(), time: Date.now() });
    const keep = editing.calmly(AFTER, () => draft.write(dated()));
    const when = (time) => new Intl.DateTimeFormat(host.lang || undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

    /** Offers a version that is kept; what is on screen then goes into its place. */
    function offer(place, text, button) {
      const version = place.read();
      if (!version || !Array.isArray(version[list]) || !version.settings) {
        return;
      }
      const notice = h('div', { class: 'mue-notice' }, h('p', {}, t(text, { time: when(version.time) })));
      const settle = (act) => () => {
        place.clear();
        notice.remove();
        act();
        focus();
      };
      const switchTo = settle(() => {
        const now = dirty() || place === aside ? dated() : null;
        use(version, place === aside);
        if (now) {
          putAside(now);
        }
      });
      notice.append(
        h('div', { class: 'mue-notice-actions' }, editing.button(t(button), null, switchTo), editing.button(t('discard'), null, settle(() => {}), { look: 'link' })),
      );
      element.append(notice);
    }
    function putAside(version) {
      aside.write({ ...version, time: version.time || Date.now() });
      element.replaceChildren();
      offer(aside, 'aside', 'aside_use');
    }
    window.addEventListener('pagehide', keep.now);
    return {
      element,
      keep,
      putAside,
      offerAll() {
        offer(draft, 'draft', 'draft_use');
        offer(aside, 'aside', 'aside_use');
      },
      /** What is on screen is saved: the draft has done its work. */
      settled() {
        keep.forget();
        draft.clear();
      },
    };
  };

  /**
   * The list of what is to be mended, with links: {element, show(problems), hide()}.
   *
   * Options: t, list (what the items are called in paths and tabs), named(number, message) a problem of an item in words,
   * cards(), settings() the settings' fields, open(tab).
   */
  editing.summary = function ({ t, list, named, cards, settings, open }) {
    const element = h('div', { class: 'mue-summary', hidden: true, tabindex: '-1' });

    const inList = new RegExp(`^${list}/(\\d+)/?(.*)$`);

    function sorted(problems) {
      const all = cards();
      return problems.map(({ path, message }) => {
        const found = inList.exec(path);
        const card = (found && all[Number(found[1])]) || null;
        return { card, message, path: found ? found[2] : path.replace(/^settings\/?/, '') };
      });
    }
    function go({ card, path }) {
      if (card) {
        open(list);
        card.goTo(path);
        return;
      }
      if (path !== 'display_name') {
        open(path === list ? list : 'settings');
      }
      if (!settings().goTo(path)) {
        element.focus();
      }
    }
    return {
      element,
      show(problems) {
        const places = sorted(problems);
        for (const card of cards()) {
          card.showing = true;
          card.setProblems(places.filter((place) => place.card === card));
        }
        settings().show(places.filter((place) => !place.card));
        element.replaceChildren(
          h('h2', { class: 'mue-summary-title' }, t('mend_title', { n: problems.length })),
          h(
            'ul',
            {},
            places.map((place) => {
              const text = place.card ? named(place.card.index + 1, place.message) : place.message;
              return h('li', {}, h('button', { type: 'button', class: 'mue-linklike', click: () => go(place) }, text));
            }),
          ),
        );
        element.hidden = false;
        go(places[0]);
      },
      hide() {
        element.hidden = true;
        cards().forEach((card) => {
          card.showing = false;
          card.showProblems();
        });
        settings().show([]);
      },
    };
  };

  /** Asks which of two versions goes on: mine() or theirs(). */
  editing.settleConflict = function ({ t, host, mine, theirs }) {
    let dialog = null;
    const act = (then) => () => {
      dialog.close();
      then();
    };
    dialog = editing.dialog(host, {
      t,
      title: t('conflict'),
      body: h('p', {}, t('conflict_help')),
      actions: [editing.button(t('conflict_mine'), null, act(mine), { look: 'primary' }), editing.button(t('conflict_theirs'), null, act(theirs))],
    });
  };

  /** What stays in the place of an item that was deleted until the next save. */
  editing.tombstone = function ({ t, card, undo, forget }) {
    return h(
      'li',
      { class: 'mue-tombstone' },
      h('span', { class: 'mue-tombstone-text' }, t('deleted', { name: card.name() })),
      editing.button(t('undo'), null, undo, { look: 'undo' }),
      editing.button(t('forget_deleted'), 'close', forget, { quiet: true }),
    );
  };

  /** A short id that was never used before: what learners did holds on to ids. */
  editing.newId = function (prefix, length = 6) {
    const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
    const bytes = crypto.getRandomValues(new Uint8Array(length));
    return prefix + [...bytes].map((byte) => letters[byte % letters.length]).join('');
  };
})();
