/* The micro-quiz's editor: what each type of question has to fill in. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = (window.Microunits.microquizEditor = window.Microunits.microquizEditor || {});

  /**
   * A list of parts that grows and shrinks (choices, answers, items, ...).
   *
   * Options: label, help, add (text of the button), make() for a new part, row(part, path, enter) for its elements,
   * name(number) for what screen readers call a part, ordered when its order matters to learners.
   */
  function parts(card, list, path, { label, help, add, make, row, name, ordered = true }) {
    const { t, fields } = card;
    const rows = h('div', { class: 'mue-rows' });
    const adder = editing.button(add, 'plus', () => addAfter(list.length - 1), { look: 'add' });

    function focusRow(index) {
      const target = rows.children[index] && rows.children[index].querySelector('.mue-rich, input.mue-input');
      if (target) {
        target.focus();
      }
    }
    function addAfter(index) {
      list.splice(index + 1, 0, make());
      redraw();
      focusRow(index + 1);
    }
    function remove(index) {
      list.splice(index, 1);
      redraw();
      if (list.length) {
        focusRow(Math.min(index, list.length - 1));
      } else {
        adder.focus();
      }
    }
    function move(index, step) {
      const to = index + step;
      if (to < 0 || to >= list.length) {
        return;
      }
      list.splice(to, 0, ...list.splice(index, 1));
      redraw();
      rows.children[to].querySelector(step < 0 ? '.mue-row-up' : '.mue-row-down').focus();
      card.say(t('moved', { name: name(index + 1), position: to + 1, count: list.length }));
    }
    function draw() {
      rows.replaceChildren(
        ...list.map((part, index) => {
          const called = name(index + 1);
          const tools = h(
            'div',
            { class: 'mue-row-tools' },
            ordered && editing.button(`${t('move_up')}: ${called}`, 'up', () => move(index, -1), { quiet: true, look: 'small mue-row-up', 'aria-disabled': index === 0 ? 'true' : null }),
            ordered && editing.button(`${t('move_down')}: ${called}`, 'down', () => move(index, 1), { quiet: true, look: 'small mue-row-down', 'aria-disabled': index === list.length - 1 ? 'true' : null }),
            editing.button(`${t('remove')}: ${called}`, 'close', () => remove(index), { quiet: true, look: 'small' }),
          );
          const error = h('p', { class: 'mue-error', id: editing.uid('error'), hidden: true });
          const body = h('div', { class: 'mue-row-body' });
          const item = h('div', { class: 'mue-row', role: 'group', 'aria-label': called, tabindex: '-1' }, body, tools);
          // Before the row's own fields: where a row is one field, the field takes this place.
          fields.place(`${path}/${index}`, item, item, error);
          body.append(...[row(part, `${path}/${index}`, () => addAfter(index))].flat(Infinity), error);
          return item;
        }),
      );
    }
    function redraw() {
      draw();
      card.changed();
      card.showProblems();
    }
    draw();
    const element = fields.group(path, { label, help }, rows, adder);
    element.mueRedraw = redraw;
    return element;
  }

  /** A button that unfolds the feedback of a part; open from the start when there is some. */
  function feedback(card, part, path, label) {
    const box = h('div', { hidden: !part.feedback }, card.fields.rich(part, 'feedback', `${path}/feedback`, { label, small: true }));
    const opener = editing.button(label, 'plus', () => {
      box.hidden = false;
      opener.hidden = true;
      box.querySelector('.mue-rich').focus();
    }, { look: 'link', hidden: Boolean(part.feedback) });
    return [opener, box];
  }

  function choices(card, single) {
    const { t, data, fields } = card;
    const group = editing.uid('right');
    return parts(card, data.choices, 'choices', {
      label: t('choices'),
      help: t(single ? 'choices_help_single' : 'choices_help_multiple'),
      add: t('add_choice'),
      name: (number) => t('choice_n', { n: number }),
      make: () => ({ ...card.blank('choice'), id: editing.newId('c') }),
      row(choice, path, enter) {
        const mark = h('input', { type: single ? 'radio' : 'checkbox', name: group, class: 'mue-tick', 'aria-label': t('is_right') });
        mark.checked = choice.right;
        mark.addEventListener('change', () => {
          if (single) {
            data.choices.forEach((other) => (other.right = false));
          }
          choice.right = mark.checked;
          card.changed();
        });
        return [
          h('div', { class: 'mue-choice' }, h('label', { class: 'mue-mark', title: t('is_right') }, mark), fields.rich(choice, 'text', `${path}/text`, { label: t('choice'), hideLabel: true, small: true, placeholder: t('choice'), enter })),
          feedback(card, choice, path, t('choice_feedback')),
        ];
      },
    });
  }

  /** How much an answer counts, in words. */
  function score(card, answer, path) {
    const { t, fields } = card;
    const known = [1, 0.75, 0.5, 0.25, 0];
    const values = known.includes(answer.score) ? known : [answer.score, ...known];
    const word = (value) => (value === 1 ? t('score_right') : value === 0 ? t('score_wrong') : t('score_share', { percent: editing.shiftPoint(String(value), 2) }));
    return fields.select(answer, 'score', `${path}/score`, { label: t('score'), hideLabel: true, options: values.map((value) => [value, word(value)]) });
  }

  function textAnswers(card, holder, path) {
    const { t, fields } = card;
    return parts(card, holder.answers, path, {
      label: t('answers'),
      help: t('answers_help'),
      add: t('add_answer'),
      ordered: false,
      name: (number) => t('answer_n', { n: number }),
      make: () => card.blank('text_answer'),
      row: (answer, at, enter) => [
        h('div', { class: 'mue-pairline' }, fields.text(answer, 'pattern', `${at}/pattern`, { label: t('answer'), hideLabel: true, placeholder: t('answer'), enter }), score(card, answer, at)),
        feedback(card, answer, at, t('answer_feedback')),
      ],
    });
  }

  const folding = (card, holder, path) => [
    card.fields.check(holder, 'fold_case', `${path}fold_case`, { label: card.t('fold_case') }),
    card.fields.check(holder, 'fold_accents', `${path}fold_accents`, { label: card.t('fold_accents') }),
  ];

  /** Exactly, give or take an amount, or give or take a percentage: one choice and, if needed, one number. */
  function tolerance(card, answer, path) {
    const { t, fields } = card;
    const ways = { exact: t('tolerance_exact'), amount: t('tolerance_amount'), percent: t('tolerance_percent') };
    const none = /^0*[.,]?0*$/.test(String(answer.tolerance));
    const state = { way: answer.relative ? 'percent' : none ? 'exact' : 'amount', shown: '' };
    const amount = h('div', { class: 'mue-tolerance-amount' });
    state.shown = answer.relative ? editing.shiftPoint(String(answer.tolerance), 2) : none ? '' : String(answer.tolerance);

    function store() {
      answer.relative = state.way === 'percent';
      answer.tolerance = state.way === 'exact' ? '0' : state.way === 'percent' ? editing.shiftPoint(state.shown, -2) : state.shown;
      card.changed();
    }
    function draw() {
      amount.hidden = state.way === 'exact';
      amount.replaceChildren(
        fields.text(state, 'shown', `${path}/tolerance`, { label: t('tolerance'), hideLabel: true, inputmode: 'decimal', suffix: state.way === 'percent' ? '%' : null }),
      );
      amount.querySelector('input').addEventListener('input', store);
    }
    draw();
    return [
      fields.select(state, 'way', `${path}/relative`, {
        label: t('tolerance_way'),
        hideLabel: true,
        options: Object.entries(ways),
        act: () => {
          store();
          draw();
        },
      }),
      amount,
    ];
  }

  function numberAnswers(card) {
    const { t, data, fields } = card;
    return parts(card, data.answers, 'answers', {
      label: t('answers'),
      help: t('number_answers_help'),
      add: t('add_answer'),
      ordered: false,
      name: (number) => t('answer_n', { n: number }),
      make: () => card.blank('number_answer'),
      row: (answer, path, enter) => [
        h(
          'div',
          { class: 'mue-numberline' },
          fields.text(answer, 'value', `${path}/value`, { label: t('number'), hideLabel: true, placeholder: t('number'), inputmode: 'decimal', enter }),
          tolerance(card, answer, path),
          score(card, answer, path),
        ),
        feedback(card, answer, path, t('answer_feedback')),
      ],
    });
  }

  function items(card) {
    const { t, data, fields } = card;
    return parts(card, data.items, 'items', {
      label: t('items'),
      help: t('items_help'),
      add: t('add_item'),
      name: (number) => t('item_n', { n: number }),
      make: () => ({ ...card.blank('item'), id: editing.newId('i') }),
      row: (item, path, enter) => fields.rich(item, 'text', `${path}/text`, { label: t('item'), hideLabel: true, small: true, enter }),
    });
  }

  function pairs(card) {
    const { t, data, fields } = card;
    return parts(card, data.pairs, 'pairs', {
      label: t('pairs'),
      help: t('pairs_help'),
      add: t('add_pair'),
      name: (number) => t('pair_n', { n: number }),
      make: () => ({ ...card.blank('pair'), id: editing.newId('p') }),
      row: (pair, path, enter) =>
        h(
          'div',
          { class: 'mue-pairline' },
          fields.rich(pair, 'left', `${path}/left`, { label: t('pair_left'), small: true, enter }),
          fields.text(pair, 'right', `${path}/right`, { label: t('pair_right'), enter }),
        ),
    });
  }

  function distractors(card) {
    const { t, data, fields } = card;
    return texts(card, data.distractors, 'distractors', {
      label: t('distractors'),
      help: t('distractors_help'),
      add: t('add_distractor'),
      name: (number) => t('distractor_n', { n: number }),
      field: (holder, path, enter) => fields.text(holder, 'value', path, { label: t('distractor'), hideLabel: true, enter }),
    });
  }

  /** A list of plain or formatted texts: each row edits {value}, which is written through to the list. */
  function texts(card, list, path, { field, ...rest }) {
    const boxes = list.map((value) => ({ value }));
    const write = () => list.splice(0, list.length, ...boxes.map((box) => box.value));
    const element = parts(card, boxes, path, {
      ordered: false,
      ...rest,
      make: () => ({ value: '' }),
      row: (box, at, enter) => field(box, at, enter),
    });
    card.beforeChange(write);
    return element;
  }

  // --- The types

  const SCORINGS = { multiple: ['all_or_nothing', 'partial', 'partial_with_penalty'], others: ['all_or_nothing', 'partial'] };

  function scoring(card) {
    const { t, data, fields } = card;
    const offered = SCORINGS[data.type] || SCORINGS.others;
    const ways = offered.includes(data.scoring) ? offered : [...offered, data.scoring];
    return fields.select(data, 'scoring', 'scoring', { label: t('scoring'), help: t('scoring_help'), options: ways.map((way) => [way, t(`scoring_${way}`)]) });
  }
  const shuffle = (card) => card.fields.check(card.data, 'shuffle', 'shuffle', { label: card.t('shuffle') });

  function truth(card) {
    const { t, data, fields } = card;
    return [
      fields.radios(data, 'right', 'right', { label: t('truth'), options: [[true, t('true')], [false, t('false')]] }),
      fields.rich(data, 'feedback_true', 'feedback_true', { label: t('feedback_true'), small: true }),
      fields.rich(data, 'feedback_false', 'feedback_false', { label: t('feedback_false'), small: true }),
    ];
  }

  /** For each type: what stands in the card, and what waits behind the fold. */
  editor.TYPES = {
    single: { main: (card) => choices(card, true), more: (card) => [shuffle(card)] },
    multiple: { main: (card) => choices(card, false), more: (card) => [scoring(card), shuffle(card)] },
    truefalse: { main: truth, more: () => [] },
    shorttext: { main: (card) => textAnswers(card, card.data, 'answers'), more: (card) => folding(card, card.data, '') },
    number: {
      main: (card) => [numberAnswers(card), card.fields.text(card.data, 'unit', 'unit', { label: card.t('unit'), help: card.t('unit_help') })],
      more: () => [],
    },
    ordering: { main: items, more: (card) => [scoring(card)] },
    matching: { main: (card) => [pairs(card), distractors(card)], more: (card) => [scoring(card)] },
    cloze: { main: (card) => editor.gaps(card), more: (card) => [scoring(card)] },
    flashcard: { main: (card) => card.fields.rich(card.data, 'back', 'back', { label: card.t('back'), help: card.t('back_help') }), more: () => [] },
  };

  Object.assign(editor, { parts, feedback, textAnswers, folding });

  editor.hints = (card) =>
    texts(card, card.data.hints, 'hints', {
      label: card.t('hints'),
      help: card.t('hints_help'),
      add: card.t('add_hint'),
      name: (number) => card.t('hint_n', { n: number }),
      ordered: true,
      field: (holder, path, enter) => card.fields.rich(holder, 'value', path, { label: card.t('hint'), hideLabel: true, small: true, enter }),
    });
})();
