/* The micro-quiz's editor: the settings, and the dialogs to choose a type, paste and download. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;

  // --- Settings

  const ways = (t, name, values) => values.map((value) => [value, t(`${name}_${value}`), t(`${name}_${value}_help`)]);

  /** The settings' form over `data`; gives its element and its fields. */
  editor.settingsPanel = function ({ t, host, data, changed }) {
    const element = h('div', { class: 'mue-settings' });
    const fields = editing.fields(element, changed);
    element.append(
      editing.toolbar(element, { t, host }),
      fields.rich(data, 'introduction', 'introduction', { label: t('introduction'), help: t('introduction_help') }),
      fields.radios(data, 'presentation', 'presentation', { label: t('presentation'), options: ways(t, 'presentation', ['one_at_a_time', 'all_on_a_page']) }),
      fields.radios(data, 'feedback_timing', 'feedback_timing', { label: t('feedback_timing'), options: ways(t, 'feedback_timing', ['immediate', 'end']) }),
      h(
        'div',
        { class: 'mue-pairline' },
        fields.number(data, 'attempts_allowed', 'attempts_allowed', { label: t('attempts_allowed'), help: t('attempts_allowed_help'), inputmode: 'numeric', empty: 0, placeholder: t('no_limit') }),
        fields.select(data, 'show_answer', 'show_answer', {
          label: t('show_answer'),
          help: t('show_answer_help'),
          options: ['correct', 'attempted', 'last_attempt', 'past_due', 'never'].map((value) => [value, t(`show_answer_${value}`)]),
        }),
      ),
      editing.fold(
        t('more_settings'),
        fields.check(data, 'shuffle_questions', 'shuffle_questions', { label: t('shuffle_questions'), help: t('shuffle_questions_help') }),
        fields.check(data, 'ask_confidence', 'ask_confidence', { label: t('ask_confidence'), help: t('ask_confidence_help') }),
        fields.check(data, 'ungraded', 'ungraded', { label: t('ungraded'), help: t('ungraded_help') }),
        h(
          'div',
          { class: 'mue-pairline' },
          fields.number(data, 'weight', 'weight', { label: t('weight'), help: t('weight_help') }),
          fields.percent(data, 'retry_penalty', 'retry_penalty', { label: t('retry_penalty'), help: t('retry_penalty_help') }),
        ),
      ),
    );
    return { element, fields };
  };

  // --- Choosing a type

  /** Lets the author choose a type; calls chosen(type). */
  editor.pickType = function ({ t, host, chosen }) {
    let dialog = null;
    const pick = (type) => () => {
      dialog.close();
      chosen(type);
    };
    const types = Object.keys(editor.TYPES).map((type) =>
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', class: 'mue-type', click: pick(type), 'data-type': type },
          editing.icon(type),
          h('span', {}, h('span', { class: 'mue-type-name' }, t(`type_${type}`)), h('span', { class: 'mue-type-help' }, t(`type_${type}_help`))),
        ),
      ),
    );
    dialog = editing.dialog(host, { t, title: t('pick_type'), body: [h('p', { class: 'mue-help' }, t('pick_type_help')), h('ul', { class: 'mue-types' }, types)], wide: true });
    dialog.element.querySelector('.mue-type').focus();
  };

  // --- Pasting

  /** Marks a line of a text box and brings it into view. */
  function showLine(box, line) {
    const lines = box.value.split('\n');
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    box.focus();
    box.setSelectionRange(start, start + (lines[line - 1] || '').length);
    box.scrollTop = Math.max(0, (line - 3) * (box.scrollHeight / Math.max(lines.length, 1)));
  }

  /**
   * Reads questions from a pasted text or a file. `memory.text` keeps what was pasted from one opening to the next.
   *
   * Options: t, host, memory, read(text) -> {questions, problems}, add(questions).
   */
  editor.pasteQuestions = function ({ t, host, memory, read, add }) {
    const id = editing.uid('paste');
    const box = h('textarea', { id, class: 'mue-input mue-paste', rows: 10, spellcheck: 'false', dir: 'auto', 'aria-describedby': `${id}-help`, placeholder: t('paste_placeholder') });
    const file = h('input', { type: 'file', class: 'mue-file', accept: '.gift,.txt,.xml,text/plain,text/xml', id: `${id}-file` });
    const result = h('div', { class: 'mue-paste-result', role: 'status' });
    const adder = editing.button(t('paste_add'), 'plus', () => take(), { look: 'primary', hidden: true });
    const reader = editing.button(t('paste_read'), null, () => look(), { look: 'primary' });
    let found = [];
    let dialog = null;
    box.value = memory.text || '';

    function forget() {
      found = [];
      adder.hidden = true;
      reader.classList.add('mue-button-primary');
      result.replaceChildren();
    }
    box.addEventListener('input', () => {
      memory.text = box.value;
      forget();
    });
    file.addEventListener('change', async () => {
      if (file.files[0]) {
        box.value = await file.files[0].text();
        memory.text = box.value;
        forget();
        await look();
      }
    });

    async function look() {
      forget();
      if (!box.value.trim()) {
        result.replaceChildren(h('p', { class: 'mue-note mue-note-mend' }, t('paste_empty')));
        box.focus();
        return;
      }
      reader.setAttribute('aria-disabled', 'true');
      try {
        const answer = await read(box.value);
        found = answer.questions;
        show(answer.problems);
      } catch (failure) {
        result.replaceChildren(h('p', { class: 'mue-note mue-note-mend' }, failure.reason === 'refused' ? failure.message : t('paste_failed')));
      }
      reader.removeAttribute('aria-disabled');
    }
    function show(problems) {
      const understood = h('p', { class: found.length ? 'mue-note mue-note-good' : 'mue-note mue-note-mend' }, t(found.length ? 'paste_understood' : 'paste_none', { n: found.length }));
      result.replaceChildren(
        understood,
        ...(problems.length
          ? [
              h('p', { class: 'mue-label' }, t('paste_problems', { n: problems.length })),
              h(
                'ul',
                { class: 'mue-lines' },
                problems.map(({ line, message }) =>
                  h('li', {}, line ? h('button', { type: 'button', class: 'mue-linklike', click: () => showLine(box, line) }, t('line', { n: line })) : null, h('span', {}, message)),
                ),
              ),
            ]
          : []),
      );
      const titles = found.map(({ form }) => h('li', {}, editing.icon(form.type), h('span', {}, editing.plainText(form.text) || t('untitled'))));
      result.append(titles.length ? h('ol', { class: 'mue-found' }, titles) : '');
      result.mueProblems = problems.length;
      adder.hidden = !found.length;
      adder.querySelector('span').textContent = t('paste_add_n', { n: found.length });
      reader.classList.toggle('mue-button-primary', !found.length);
    }
    function take() {
      if (!result.mueProblems) {
        memory.text = '';
      }
      dialog.close();
      add(found);
    }
    dialog = editing.dialog(host, {
      t,
      title: t('paste'),
      wide: true,
      body: [
        h('label', { class: 'mue-label', for: id }, t('paste_label')),
        h('p', { class: 'mue-help', id: `${id}-help` }, t('paste_help')),
        box,
        h('div', { class: 'mue-filebox' }, h('label', { for: file.id, class: 'mue-label' }, t('paste_file')), file),
        result,
      ],
      actions: [reader, adder],
    });
    box.focus();
  };

  // --- Downloading

  /** Hands a text to the browser as a file. */
  editor.download = function (text, name) {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    const link = h('a', { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  };

  /** Says what the file could not hold; nothing when it holds everything. */
  editor.tellLosses = function ({ t, host, losses }) {
    if (losses.length) {
      editing.dialog(host, {
        t,
        title: t('gift_losses'),
        body: [h('p', {}, t('gift_losses_help')), h('ul', { class: 'mue-lines' }, losses.map((loss) => h('li', {}, loss)))],
      });
    }
  };
})();
