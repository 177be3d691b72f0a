/* The micro-quiz's editor: saving, what is kept in this browser meanwhile, and what comes back instead of a yes. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;
  const AFTER = 500;

  /**
   * Keeps versions in this browser: the draft of what is on the screen, and one version that was put aside. A version
   * is {base, settings, questions: [{form, problems}], time}.
   *
   * Options: t, host, usage, present() the version on screen, dirty(), use(version), focus().
   */
  editor.versions = function ({ t, host, usage, present, dirty, use, focus }) {
    const draft = editing.kept(`draft:${usage}`);
    const aside = editing.kept(`aside:${usage}`);
    const element = h('div', { class: 'mue-notices' });
    const dated = () => ({ ...present(), time: Date.now() });
    const keep = editing.calmly(AFTER, () => draft.write(dated()));
    const when = (time) => new Intl.DateTimeFormat(host.lang || undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));

    /** Offers a version that is kept; what is on screen then goes into its place. */
    function offer(place, text, button) {
      const version = place.read();
      if (!version || !Array.isArray(version.questions) || !version.settings) {
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
   * Options: t, cards(), settings() the settings' fields, open(tab).
   */
  editor.summary = function ({ t, cards, settings, open }) {
    const element = h('div', { class: 'mue-summary', hidden: true, tabindex: '-1' });

    function sorted(problems) {
      const all = cards();
      return problems.map(({ path, message }) => {
        const found = /^questions\/(\d+)\/?(.*)$/.exec(path);
        const card = (found && all[Number(found[1])]) || null;
        return { card, message, path: found ? found[2] : path.replace(/^settings\/?/, '') };
      });
    }
    function go({ card, path }) {
      if (card) {
        open('questions');
        card.goTo(path);
        return;
      }
      if (path !== 'display_name') {
        open(path === 'questions' ? 'questions' : 'settings');
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
              const text = place.card ? t('problem_in_question', { n: place.card.index + 1, message: place.message }) : place.message;
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
})();
