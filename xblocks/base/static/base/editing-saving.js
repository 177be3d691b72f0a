/* Shared pieces of Studio editors: saving, what is kept in this browser meanwhile, and what comes back instead of a yes. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const AFTER = 500;

  /**
   * Keeps versions in this browser: the draft of what is on the screen, and one version that was put aside. A version
   * is {base, settings, time} and its lists of items, [{form, problems}], by their names.
   *
   * Options: t, host, usage, fits(version) whether this editor can show it, present() the version on screen, dirty(),
   * use(version), focus().
   */
  editing.versions = function ({ t, host, usage, fits, present, dirty, use, focus }) {
    const draft = editing.kept(`draft:${usage}`);
    const aside = editing.kept(`aside:${usage}`);
    const element = h('div', { class: 'mue-notices' });
    const dated = () => ({ ...present(), time: Date.now() });
    const keep = editing.calmly(AFTER, () => draft.write(dated()));
    const when = (time) => new Intl.DateTimeFormat(host.lang || undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

    /** Offers a version that is kept; what is on screen then goes into its place. */
    function offer(place, text, button) {
      const version = place.read();
      if (!version || !version.settings || !fits(version)) {
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
   * Options: t, lists by their names in paths and tabs ({list, named(number, message)} a problem of an item in words),
   * settings() the settings' fields, open(tab).
   */
  editing.summary = function ({ t, lists, settings, open }) {
    const element = h('div', { class: 'mue-summary', hidden: true, tabindex: '-1' });
    const cards = () => Object.values(lists).flatMap(({ list }) => list.cards());

    function placed({ path, message }) {
      const [, name, number, rest] = /^(\w+)\/(\d+)\/?(.*)$/.exec(path) || [];
      const held = Object.hasOwn(lists, name) ? lists[name] : null;
      const card = held && held.list.cards()[Number(number)];
      return card ? { name, card, path: rest, message, text: held.named(card.index + 1, message) } : { card: null, path: path.replace(/^settings\/?/, ''), message, text: message };
    }
    function go({ name, card, path }) {
      if (card) {
        open(name);
        card.goTo(path);
        return;
      }
      if (path !== 'display_name') {
        open(Object.hasOwn(lists, path) ? path : 'settings');
      }
      if (!settings().goTo(path)) {
        element.focus();
      }
    }
    return {
      element,
      show(problems) {
        const places = problems.map(placed);
        for (const card of cards()) {
          card.showing = true;
          card.setProblems(places.filter((place) => place.card === card));
        }
        settings().show(places.filter((place) => !place.card));
        element.replaceChildren(
          h('h2', { class: 'mue-summary-title' }, t('mend_title', { n: problems.length })),
          h('ul', {}, places.map((place) => h('li', {}, h('button', { type: 'button', class: 'mue-linklike', click: () => go(place) }, place.text)))),
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
})();
