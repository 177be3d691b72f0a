/* The micro-quiz's editor: texts with gaps. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.microquizEditor;

  const GAP = /\[\[([A-Za-z0-9_-]{1,64})\]\]/g;

  function gapId(data) {
    let number = 1;
    const used = new Set(data.gaps.map((gap) => gap.id).concat([...data.text.matchAll(GAP)].map((found) => found[1])));
    while (used.has(`g${number}`)) {
      number += 1;
    }
    return `g${number}`;
  }

  const literal = (text) => text.replace(/\*/g, '\\*');

  function newGap(card, id, word) {
    return { ...card.blank('typed'), id, answers: [{ ...card.blank('text_answer'), pattern: literal(word) }] };
  }

  const rightWord = (gap) => {
    const best = gap.kind === 'typed' ? gap.answers.find((answer) => answer.score === 1) : gap.options.find((option) => option.right);
    return best ? (gap.kind === 'typed' ? best.pattern.replace(/\\?\*/g, (star) => (star === '*' ? '' : '*')) : best.text) : '';
  };

  /** The same gap, to be typed or to be picked; what was written so far moves along. */
  function turned(card, gap, kind) {
    if (kind === 'typed') {
      return newGap(card, gap.id, rightWord(gap));
    }
    const option = (text, right) => ({ ...card.blank('option'), id: editing.newId('o'), text, right });
    return { ...card.blank('picked'), id: gap.id, options: [option(rightWord(gap), true), option('', false)] };
  }

  function options(card, gap, path) {
    const { t, fields } = card;
    const group = editing.uid('right');
    return editor.parts(card, gap.options, `${path}/options`, {
      label: t('options'),
      help: t('options_help'),
      add: t('add_option'),
      name: (number) => t('option_n', { n: number }),
      make: () => ({ ...card.blank('option'), id: editing.newId('o') }),
      row(option, at, enter) {
        const mark = h('input', { type: 'radio', name: group, class: 'mue-tick', 'aria-label': t('is_right') });
        mark.checked = option.right;
        mark.addEventListener('change', () => {
          gap.options.forEach((other) => (other.right = other === option));
          card.changed();
        });
        return [
          h('div', { class: 'mue-choice' }, h('label', { class: 'mue-mark', title: t('is_right') }, mark), fields.text(option, 'text', `${at}/text`, { label: t('option'), hideLabel: true, placeholder: t('option'), enter })),
          editor.feedback(card, option, at, t('choice_feedback')),
        ];
      },
    });
  }

  /** The gaps of a text, each typed or picked. */
  editor.gaps = function (card) {
    const { t, data, fields } = card;
    const list = h('div', { class: 'mue-gaps' });

    function remove(gap) {
      data.gaps.splice(data.gaps.indexOf(gap), 1);
      const word = h('div', {}, rightWord(gap)).innerHTML;
      card.textField().set(data.text.split(`[[${gap.id}]]`).join(word));
      draw();
      card.changed();
      card.textField().focus();
    }
    function turn(gap, kind) {
      const index = data.gaps.indexOf(gap);
      data.gaps[index] = turned(card, gap, kind);
      draw();
      card.changed();
      list.children[index].querySelector('input:checked').focus();
    }
    function draw() {
      list.replaceChildren(
        ...data.gaps.map((gap, index) => {
          const path = `gaps/${index}`;
          const way = { kind: gap.kind };
          return fields.group(
            path,
            { label: t('gap_n', { id: gap.id }) },
            fields.radios(way, 'kind', `${path}/kind`, {
              label: t('gap_kind'),
              options: [['typed', t('gap_typed')], ['picked', t('gap_picked')]],
              act: () => turn(gap, way.kind),
            }),
            gap.kind === 'typed' ? [editor.textAnswers(card, gap, `${path}/answers`), editing.fold(t('more'), editor.folding(card, gap, `${path}/`))] : options(card, gap, path),
            editing.button(t('remove_gap', { id: gap.id }), 'remove', () => remove(gap), { look: 'link' }),
          );
        }),
      );
      card.showProblems();
    }
    /** Describes gaps that were typed into the text by hand. */
    function adopt() {
      const known = new Set(data.gaps.map((gap) => gap.id));
      const fresh = [...new Set([...data.text.matchAll(GAP)].map((found) => found[1]))].filter((id) => !known.has(id));
      if (fresh.length) {
        data.gaps.push(...fresh.map((id) => newGap(card, id, '')));
        draw();
        card.changed();
      }
    }
    card.makeGap = function (rich) {
      const id = gapId(data);
      const word = rich.control.contains(document.getSelection().anchorNode) ? document.getSelection().toString().trim() : '';
      data.gaps.push(newGap(card, id, word));
      document.execCommand('insertText', false, `[[${id}]]`);
      rich.changed();
      draw();
      card.changed();
      card.say(t('gap_made', { id }));
    };
    draw();
    const element = fields.group('gaps', { label: t('gaps'), help: t('gaps_help') }, list);
    card.adoptGaps = adopt;
    return element;
  };
})();
