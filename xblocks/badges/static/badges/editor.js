/* The editor of badges in Studio. Starts with BadgesEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;
  const copy = (data) => JSON.parse(JSON.stringify(data));

  /** Lets the author choose what a new badge is for; calls chosen(kind). */
  function pickKind({ t, host, page, chosen }) {
    let dialog = null;
    const kinds = page.kinds.filter((kind) => kind in page.starters).map((kind) =>
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: 'mue-type',
            'data-kind': kind,
            click: () => {
              dialog.close();
              chosen(kind);
            },
          },
          h('span', {}, h('span', { class: 'mue-type-name' }, t(`kind_${kind}`)), h('span', { class: 'mue-type-help' }, t(`kind_${kind}_help`))),
        ),
      ),
    );
    dialog = editing.dialog(host, { t, title: t('pick_kind'), body: [h('p', { class: 'mue-help' }, t('pick_kind_help')), h('ul', { class: 'mue-types' }, kinds)], wide: true });
    dialog.element.querySelector('.mue-type').focus();
  }

  function start(runtime, element) {
    const host = element.querySelector('.mue-editor');
    const page = JSON.parse(host.querySelector('.mue-editor-data').textContent);
    const t = editing.texts(page.texts);
    const url = (handler) => runtime.handlerUrl(element, handler);
    let base = page.version;
    let settings = null;
    let dirty = false;
    let saving = false;
    let versions = null;

    const voice = h('div', { class: 'mue-hidden', 'aria-live': 'polite' });
    const say = (text) => (voice.textContent = text);
    const status = h('p', { class: 'mue-status', role: 'status' });
    const alertBox = h('div', { class: 'mue-alert', role: 'alert' });
    const warn = (...content) => alertBox.replaceChildren(...(content.length ? [editing.icon('mend'), h('div', {}, content)] : []));
    const saver = editing.button(t('save'), null, save, { look: 'primary' });

    function touch() {
      dirty = true;
      status.textContent = t('unsaved');
      versions.keep();
    }

    // --- The page

    const head = h('div', { class: 'mue-head' });
    const fields = editing.fields(head, touch);
    const pick = () => pickKind({ t, host, page, chosen: (kind) => list.add(kind) });
    const adder = editing.button(t('add_badge'), 'plus', pick, { look: 'primary' });
    const empty = h(
      'div',
      { class: 'mue-empty', hidden: true },
      h('h2', { class: 'mue-empty-title' }, t('empty_title')),
      h('p', { class: 'mue-help' }, t('empty_help')),
      h('div', { class: 'mue-empty-ways' }, editing.button(t('add_badge'), 'plus', pick, { look: 'primary' })),
      h('p', { class: 'mue-help mub-empty-note' }, t('empty_all')),
    );
    const tools = h('div', { class: 'mue-list-tools' }, adder);
    const list = editor.list({
      t,
      host,
      page,
      url,
      say,
      touched: touch,
      edited: touch,
      counted: (number) => {
        empty.hidden = number > 0;
        tools.hidden = number === 0;
      },
      fallback: () => (tools.hidden ? empty.querySelector('button') : adder),
    });
    versions = editing.versions({
      t,
      host,
      usage: page.usage,
      list: 'badges',
      present,
      dirty: () => dirty,
      use: (version, putAside) => {
        load({ ...version, base: putAside ? base : version.base });
        touch();
      },
      focus: () => head.querySelector('input').focus(),
    });
    const summary = editing.summary({ t, list: 'badges', named: (n, message) => t('problem_in_badge', { n, message }), cards: list.cards, settings: () => fields, open: () => {} });

    function present() {
      return { base, settings: copy(settings), badges: list.cards().map((card) => ({ form: copy(card.data), problems: card.problems })) };
    }
    function load(version) {
      ({ base, settings } = version);
      head.replaceChildren(fields.text(settings, 'display_name', 'display_name', { label: t('display_name') }));
      list.load(version.badges);
      summary.hide();
      warn();
    }

    // --- Saving

    async function save() {
      if (saving) {
        return;
      }
      saving = true;
      saver.setAttribute('aria-disabled', 'true');
      versions.keep();
      versions.keep.now();
      warn();
      status.textContent = t('saving');
      runtime.notify('save', { state: 'start' });
      const sent = present();
      try {
        const badges = sent.badges.map(({ form }) => ('unreadable' in form ? form.unreadable : form));
        settle(await editing.post(url('editor_save'), { base, settings: sent.settings, badges }), sent);
      } catch (failure) {
        if (!(failure instanceof editing.Failure)) {
          throw failure;
        }
        refuse(failure.reason === 'refused' ? failure.message : t(failure.reason));
      } finally {
        saving = false;
        saver.removeAttribute('aria-disabled');
      }
    }
    function refuse(text) {
      status.textContent = t('unsaved');
      warn(h('b', {}, t('not_saved')), h('p', {}, text));
      runtime.notify('error', { title: t('not_saved'), message: text });
    }
    function settle(answer, sent) {
      if (answer.ok) {
        saved(answer, sent);
      } else if (answer.conflict) {
        refuse(t('conflict'));
        const { version, settings: named, badges } = answer.conflict;
        settleConflict({ base: version, settings: named, badges });
      } else {
        refuse(t('mend_first', { n: answer.problems.length }));
        summary.show(answer.problems);
      }
    }
    function saved(answer, sent) {
      base = answer.version;
      const content = (version) => JSON.stringify([version.settings, version.badges.map(({ form }) => form)]);
      list.clean();
      summary.hide();
      // Who went on typing while it was being saved has a draft again.
      if (content(present()) === content(sent)) {
        dirty = false;
        versions.settled();
        status.textContent = t('saved');
      } else {
        touch();
      }
      runtime.notify('save', { state: 'end' });
    }
    function settleConflict(theirs) {
      editing.settleConflict({
        t,
        host,
        mine: () => {
          versions.putAside(theirs);
          ({ base } = theirs);
          save();
        },
        theirs: () => {
          versions.putAside(present());
          load(theirs);
          dirty = false;
          versions.settled();
          status.textContent = t('theirs_loaded');
          head.querySelector('input').focus();
        },
      });
    }
    const closer = editing.button(t('close_editor'), null, () => {
      versions.keep.now();
      runtime.notify('cancel', {});
    });

    host.querySelectorAll(':scope > :not(script)').forEach((child) => child.remove());
    host.append(
      head,
      versions.element,
      summary.element,
      h('div', { class: 'mub-pane' }, empty, list.element, tools),
      h('div', { class: 'mue-foot' }, alertBox, h('div', { class: 'mue-foot-row' }, status, closer, saver)),
      voice,
    );
    host.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
        event.preventDefault();
        save();
      }
    });
    load({ base: page.version, settings: page.settings, badges: page.badges });
    versions.offerAll();
  }

  /** What Open edX calls: `element` is a DOM node, or wrapped by jQuery. */
  window.BadgesEditor = function (runtime, element) {
    start(runtime, element.querySelector ? element : element[0]);
  };
})();
