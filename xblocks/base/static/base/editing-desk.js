/* Shared pieces of Studio editors: what surrounds the fields. Saves, tells how it went, keeps what was typed. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const copy = (data) => JSON.parse(JSON.stringify(data));

  /** What an item is to the server: one that nobody could read goes back as it came. */
  const sendable = ({ form }) => ('unreadable' in form ? form.unreadable : form);

  /**
   * The surroundings of an editor. `page` is what the server gave: version, usage, settings, texts, and the items of each
   * list by its name. Register the lists with `hold(name, list, named)`, then `begin(…parts)`, which are the editor's own
   * parts above the foot.
   *
   * Options: t, host, page, runtime, save (address of the handler), draw(settings) makes the settings' fields anew,
   * drawn() once the lists are there too, settings() those fields, open(tab) shows where something is, start() gets the
   * focus when another version came on the screen.
   */
  editing.desk = function ({ t, host, page, runtime, save: address, draw, drawn = () => {}, settings: fields, open = () => {}, start }) {
    const lists = {};
    let base = page.version;
    let settings = null;
    let dirty = false;
    let saving = false;

    const voice = h('div', { class: 'mue-hidden', 'aria-live': 'polite' });
    const say = (text) => (voice.textContent = text);
    const status = h('p', { class: 'mue-status', role: 'status' });
    const alertBox = h('div', { class: 'mue-alert', role: 'alert' });
    const warn = (...content) => alertBox.replaceChildren(...(content.length ? [editing.icon('mend'), h('div', {}, content)] : []));
    const saver = editing.button(t('save'), null, save, { look: 'primary' });
    const closer = editing.button(t('close_editor'), null, () => {
      versions.keep.now();
      runtime.notify('cancel', {});
    });
    const versions = editing.versions({
      t,
      host,
      usage: page.usage,
      fits: (version) => Object.keys(lists).every((name) => Array.isArray(version[name])),
      present,
      dirty: () => dirty,
      use: (version, putAside) => {
        load({ ...version, base: putAside ? base : version.base });
        touch();
      },
      focus: start,
    });
    const summary = editing.summary({ t, lists, settings: fields, open });

    function touch() {
      dirty = true;
      status.textContent = t('unsaved');
      versions.keep();
    }
    function clean() {
      dirty = false;
      versions.settled();
    }
    function items(make) {
      return Object.fromEntries(Object.entries(lists).map(([name, { list }]) => [name, make(list, name)]));
    }
    function present() {
      return { base, settings: copy(settings), ...items((list) => list.cards().map((card) => ({ form: copy(card.data), problems: card.problems }))) };
    }
    function load(version) {
      ({ base, settings } = version);
      draw(settings);
      items((list, name) => list.load(version[name]));
      summary.hide();
      warn();
      drawn();
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
        settle(await editing.post(address, { base, settings: sent.settings, ...items((_list, name) => sent[name].map(sendable)) }), sent);
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
        const { version, ...theirs } = answer.conflict;
        settleConflict({ ...theirs, base: version });
      } else {
        refuse(t('mend_first', { n: answer.problems.length }));
        summary.show(answer.problems);
      }
    }
    function saved(answer, sent) {
      base = answer.version;
      const content = (version) => JSON.stringify([version.settings, items((_list, name) => version[name].map(({ form }) => form))]);
      items((list) => list.clean());
      summary.hide();
      // Who went on typing while it was being saved has a draft again.
      if (content(present()) === content(sent)) {
        clean();
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
          clean();
          status.textContent = t('theirs_loaded');
          start();
        },
      });
    }

    return {
      say,
      warn,
      touch,
      settings: () => settings,
      /** A list of items; `named(number, message)` puts a problem of one of them in words. */
      hold: (name, list, named) => (lists[name] = { list, named }),
      begin(head, ...parts) {
        host.querySelectorAll(':scope > :not(script)').forEach((child) => child.remove());
        host.append(
          head,
          versions.element,
          summary.element,
          ...parts,
          h('div', { class: 'mue-foot' }, alertBox, h('div', { class: 'mue-foot-row' }, status, closer, saver)),
          voice,
        );
        host.addEventListener('keydown', (event) => {
          if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
            event.preventDefault();
            save();
          }
        });
        load({ ...page, base: page.version });
        versions.offerAll();
      },
    };
  };

  /** What Open edX calls to open an editor, with a DOM node or one wrapped by jQuery: start({runtime, host, page, t, url}). */
  editing.opens = (start) =>
    function (runtime, wrapped) {
      const element = wrapped.querySelector ? wrapped : wrapped[0];
      const host = element.querySelector('.mue-editor');
      const page = JSON.parse(host.querySelector('.mue-editor-data').textContent);
      start({ runtime, host, page, t: editing.texts(page.texts), url: (handler) => runtime.handlerUrl(element, handler) });
    };
})();
