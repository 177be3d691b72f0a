/* The micro-quiz's editor in Studio. Starts with MicroQuizEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;
  const copy = (data) => JSON.parse(JSON.stringify(data));

  /** Tabs over panes: {bar, open(name), label(name, text)}; `data-tab` on the host says which one is open. */
  function tabsOver(panes, { t, host, opened }) {
    const tabs = {};
    const bar = h('div', { class: 'mue-tabs', role: 'tablist', 'aria-label': t('parts') });

    function open(key) {
      host.dataset.tab = key;
      for (const [other, tab] of Object.entries(tabs)) {
        tab.setAttribute('aria-selected', other === key ? 'true' : 'false');
        tab.tabIndex = other === key ? 0 : -1;
      }
      opened();
    }
    for (const [key, pane] of Object.entries(panes)) {
      pane.id = editing.uid(key);
      tabs[key] = h('button', { type: 'button', role: 'tab', class: `mue-tab mue-tab-${key}`, id: `${pane.id}-tab`, 'aria-controls': pane.id, click: () => open(key) }, t(`tab_${key}`));
      pane.setAttribute('role', 'tabpanel');
      pane.setAttribute('aria-labelledby', tabs[key].id);
    }
    bar.append(...Object.values(tabs));
    bar.addEventListener('keydown', (event) => {
      const all = Object.values(tabs).filter((tab) => tab.offsetParent);
      const forward = getComputedStyle(bar).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
      const way = { ArrowRight: 1, ArrowLeft: 1 }[event.key] && (event.key === forward ? 1 : -1);
      if (way) {
        event.preventDefault();
        const tab = all[(all.indexOf(document.activeElement) + way + all.length) % all.length];
        tab.focus();
        tab.click();
      }
    });
    return { bar, open, label: (key, text) => (tabs[key].textContent = text) };
  }

  function start(runtime, element) {
    const host = element.querySelector('.mue-editor');
    const page = JSON.parse(host.querySelector('.mue-editor-data').textContent);
    const t = editing.texts(page.texts);
    const url = (handler) => runtime.handlerUrl(element, handler);
    const pasted = { text: '' };
    let base = page.version;
    let settings = null;
    let panel = null;
    let dirty = false;
    let saving = false;
    let list = null;
    let preview = null;
    let versions = null;

    const voice = h('div', { class: 'mue-hidden', 'aria-live': 'polite' });
    const say = (text) => (voice.textContent = text);
    const status = h('p', { class: 'mue-status', role: 'status' });
    const alertBox = h('div', { class: 'mue-alert', role: 'alert' });
    const warn = (...content) => alertBox.replaceChildren(...(content.length ? [editing.icon('mend'), h('div', {}, content)] : []));

    function touch() {
      dirty = true;
      status.textContent = t('unsaved');
      versions.keep();
    }

    const saver = editing.button(t('save'), null, save, { look: 'primary' });

    // --- The page

    const nameId = editing.uid('name');
    const nameError = h('p', { class: 'mue-error', id: editing.uid('error'), hidden: true });
    const title = h('input', {
      id: nameId,
      class: 'mue-input mue-name',
      type: 'text',
      autocomplete: 'off',
      'aria-describedby': nameError.id,
      input: () => {
        settings.display_name = title.value;
        touch();
      },
    });
    const head = h('div', { class: 'mue-head' }, h('label', { class: 'mue-label', for: nameId }, t('display_name')), title, nameError);
    const questionsPane = h('div', { class: 'mue-pane mue-questions' });
    const settingsPane = h('div', { class: 'mue-pane mue-settings-pane' });
    const pick = () => editor.pickType({ t, host, chosen: add });
    const adder = editing.button(t('add_question'), 'plus', pick, { look: 'primary' });
    const empty = h(
      'div',
      { class: 'mue-empty', hidden: true },
      h('h2', { class: 'mue-empty-title' }, t('empty_title')),
      h('p', { class: 'mue-help' }, t('empty_help')),
      h(
        'div',
        { class: 'mue-empty-ways' },
        editing.button(t('empty_example'), 'check', () => add('single'), { look: 'primary' }),
        editing.button(t('empty_own'), 'plus', pick),
        editing.button(t('paste'), 'paste', paste),
      ),
    );
    const listTools = h('div', { class: 'mue-list-tools' }, adder, editing.button(t('paste'), 'paste', paste), editing.button(t('download'), 'download', download));

    preview = editor.preview({
      t,
      host,
      url: url('editor_preview'),
      example: page.examples.single,
      styles: page.styles,
      cards: () => list.cards(),
      settings: () => settings,
      keep: () => add('single'),
    });
    const tabs = tabsOver({ questions: questionsPane, settings: settingsPane, preview: preview.element }, { t, host, opened: preview.fit });
    list = editor.list({
      t,
      host,
      page,
      say,
      touched: touch,
      edited: (card) => {
        touch();
        preview.look(card);
        preview.refresh();
      },
      looked: preview.look,
      counted: (number) => {
        tabs.label('questions', t('tab_questions_n', { n: number }));
        empty.hidden = number > 0;
        listTools.hidden = number === 0;
      },
      fallback: () => (listTools.hidden ? empty.querySelector('button') : adder),
    });
    versions = editing.versions({
      t,
      host,
      usage: page.usage,
      list: 'questions',
      present,
      dirty: () => dirty,
      use: (version, putAside) => {
        load({ ...version, base: putAside ? base : version.base });
        touch();
      },
      focus: () => title.focus(),
    });
    const summary = editing.summary({ t, list: 'questions', named: (n, message) => t('problem_in_question', { n, message }), cards: list.cards, settings: () => panel.fields, open: tabs.open });

    function add(type) {
      tabs.open('questions');
      list.add(type);
    }
    function present() {
      return { base, settings: copy(settings), questions: list.cards().map((card) => ({ form: copy(card.data), problems: card.problems })) };
    }
    function load(version) {
      base = version.base;
      settings = version.settings;
      title.value = settings.display_name;
      panel = editor.settingsPanel({
        t,
        host,
        data: settings,
        changed: () => {
          touch();
          preview.refresh();
        },
      });
      panel.fields.place('display_name', head, title, nameError);
      settingsPane.replaceChildren(panel.element);
      list.load(version.questions);
      summary.hide();
      warn();
      preview.look(null);
      preview.look(list.cards()[0] || null);
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
        const questions = sent.questions.map(({ form }) => (form.type ? form : form.unreadable));
        settle(await editing.post(url('editor_save'), { base, settings: sent.settings, questions }), sent);
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
        settleConflict({ base: answer.conflict.version, settings: answer.conflict.settings, questions: answer.conflict.questions });
      } else {
        refuse(t('mend_first', { n: answer.problems.length }));
        summary.show(answer.problems);
      }
    }
    function saved(answer, sent) {
      base = answer.version;
      const content = (version) => JSON.stringify([version.settings, version.questions.map(({ form }) => form)]);
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
          title.focus();
        },
      });
    }
    const closer = editing.button(t('close_editor'), null, () => {
      versions.keep.now();
      runtime.notify('cancel', {});
    });

    // --- Pasting and downloading

    function paste() {
      editor.pasteQuestions({
        t,
        host,
        memory: pasted,
        read: (text) => editing.post(url('editor_import'), { text, taken: list.ids() }),
        add: (found) => {
          tabs.open('questions');
          list.append(found);
        },
      });
    }
    async function download() {
      warn();
      try {
        const answer = await editing.post(url('editor_export'), { questions: list.cards().map((card) => card.data), name: settings.display_name });
        editor.download(answer.text, answer.filename);
        editor.tellLosses({ t, host, losses: answer.losses });
        say(t('downloaded'));
      } catch (failure) {
        warn(failure.reason === 'refused' ? failure.message : t('gift_failed'));
      }
    }

    questionsPane.append(empty, list.element, listTools);
    host.querySelectorAll(':scope > :not(script)').forEach((child) => child.remove());
    host.append(
      head,
      versions.element,
      summary.element,
      tabs.bar,
      h('div', { class: 'mue-panes' }, questionsPane, settingsPane, preview.element),
      h('div', { class: 'mue-foot' }, alertBox, h('div', { class: 'mue-foot-row' }, status, closer, saver)),
      voice,
    );
    host.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
        event.preventDefault();
        save();
      }
    });
    tabs.open('questions');
    load({ base: page.version, settings: page.settings, questions: page.questions });
    versions.offerAll();
  }

  /** What Open edX calls: `element` is a DOM node, or wrapped by jQuery. */
  window.MicroQuizEditor = function (runtime, element) {
    start(runtime, element.querySelector ? element : element[0]);
  };
})();
