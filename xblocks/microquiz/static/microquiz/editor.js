/* The micro-quiz's editor in Studio. Starts with MicroQuizEditor(runtime, element). */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;

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

  function start({ runtime, host, page, t, url }) {
    const pasted = { text: '' };
    let panel = null;

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
        desk.settings().display_name = title.value;
        desk.touch();
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

    const desk = editing.desk({
      t,
      host,
      page,
      runtime,
      save: url('editor_save'),
      draw(settings) {
        title.value = settings.display_name;
        panel = editor.settingsPanel({
          t,
          host,
          data: settings,
          changed: () => {
            desk.touch();
            preview.refresh();
          },
        });
        panel.fields.place('display_name', head, title, nameError);
        settingsPane.replaceChildren(panel.element);
      },
      drawn() {
        preview.look(null);
        preview.look(list.cards()[0] || null);
      },
      settings: () => panel.fields,
      open: (tab) => tabs.open(tab),
      start: () => title.focus(),
    });
    const preview = editor.preview({
      t,
      host,
      url: url('editor_preview'),
      example: page.examples.single,
      styles: page.styles,
      cards: () => list.cards(),
      settings: desk.settings,
      keep: () => add('single'),
    });
    const tabs = tabsOver({ questions: questionsPane, settings: settingsPane, preview: preview.element }, { t, host, opened: preview.fit });
    const edited = (card) => {
      desk.touch();
      preview.look(card);
      preview.refresh();
    };
    const list = editing.list({
      t,
      say: desk.say,
      make: (form, problems, act) => editor.card({ t, host, blank: page.parts, form, problems, edited, act, say: desk.say }),
      ids: { prefix: 'q', length: 8 },
      touched: desk.touch,
      looked: preview.look,
      counted: (number) => {
        tabs.label('questions', t('tab_questions_n', { n: number }));
        empty.hidden = number > 0;
        listTools.hidden = number === 0;
      },
      fallback: () => (listTools.hidden ? empty.querySelector('button') : adder),
    });
    desk.hold('questions', list, (n, message) => t('problem_in_question', { n, message }));

    function add(type) {
      tabs.open('questions');
      list.add(page.examples[type]);
    }

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
      desk.warn();
      try {
        const answer = await editing.post(url('editor_export'), { questions: list.cards().map((card) => card.data), name: desk.settings().display_name });
        editor.download(answer.text, answer.filename);
        editor.tellLosses({ t, host, losses: answer.losses });
        desk.say(t('downloaded'));
      } catch (failure) {
        desk.warn(failure.reason === 'refused' ? failure.message : t('gift_failed'));
      }
    }

    questionsPane.append(empty, list.element, listTools);
    tabs.open('questions');
    desk.begin(head, tabs.bar, h('div', { class: 'mue-panes' }, questionsPane, settingsPane, preview.element));
  }

  window.MicroQuizEditor = editing.opens(start);
})();
