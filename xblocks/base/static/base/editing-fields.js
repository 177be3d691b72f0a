/* Shared pieces of Studio editors: labelled fields that know where their problems belong. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;
  const { h } = editing;

  /** "2,5" as 2.5; what is no number stays as it was typed, so that the server can say what is wrong with it. */
  editing.number = (text) => (/^\s*[+-]?(\d+[.,]?\d*|[.,]\d+)\s*$/.test(text) ? Number(text.trim().replace(',', '.')) : text);

  /** A decimal text with its point moved, exactly: ("2.5", -2) is "0.025". What is no number comes back unchanged. */
  editing.shiftPoint = function (text, places) {
    const found = /^\s*([+-]?)(\d*)(?:[.,](\d*))?\s*$/.exec(text);
    if (!found || !(found[2] || found[3])) {
      return text;
    }
    let digits = found[2] + (found[3] || '');
    let point = found[2].length + places;
    if (point < 0) {
      digits = '0'.repeat(-point) + digits;
      point = 0;
    }
    digits = digits.padEnd(point, '0');
    const whole = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
    const rest = digits.slice(point).replace(/0+$/, '');
    return found[1].replace('+', '') + whole + (rest ? `.${rest}` : '');
  };

  /**
   * Fields over plain objects. Each maker takes (holder, key, path, options): it shows holder[key], writes back what is
   * typed and then calls `changed`. Problems find their field by path; where there is none, the nearest place above.
   */
  editing.fields = function (scope, changed) {
    const places = new Map();

    function place(path, element, control, error) {
      places.set(path, { element, control, error });
    }
    function described(control, ids) {
      control.setAttribute('aria-describedby', ids.filter(Boolean).join(' '));
    }

    /** Label, help, control and a place for a problem, as one element. */
    function field(control, path, { label, help, hideLabel, id, labelId, focusable }) {
      const helpId = help ? editing.uid('help') : '';
      const errorId = editing.uid('error');
      const error = h('p', { class: 'mue-error', id: errorId, hidden: true });
      const name = labelId
        ? h('span', { class: hideLabel ? 'mue-hidden' : 'mue-label', id: labelId }, label)
        : h('label', { class: hideLabel ? 'mue-hidden' : 'mue-label', for: id }, label);
      const target = focusable || control;
      described(target, [helpId, errorId]);
      const element = h('div', { class: 'mue-field' }, name, help && h('p', { class: 'mue-help', id: helpId }, help), control, error);
      if (labelId && focusable) {
        name.addEventListener('click', () => focusable.focus());
      }
      place(path, element, target, error);
      return element;
    }

    function input(holder, key, path, options, read, shown) {
      const id = editing.uid('field');
      const control = h(options.lines ? 'textarea' : 'input', {
        id,
        class: 'mue-input',
        type: options.lines ? null : options.type || 'text',
        rows: options.lines,
        inputmode: options.inputmode,
        placeholder: options.placeholder,
        autocomplete: 'off',
        dir: options.dir,
        input: () => {
          holder[key] = read(control.value);
          changed();
        },
        keydown: (event) => {
          if (event.key === 'Enter' && !options.lines && !event.isComposing) {
            event.preventDefault();
            if (options.enter) {
              options.enter();
            }
          }
        },
      });
      control.value = shown(holder[key]);
      const box = options.suffix ? h('div', { class: 'mue-with-suffix' }, control, h('span', { class: 'mue-suffix', 'aria-hidden': 'true' }, options.suffix)) : control;
      return field(box, path, { ...options, id, focusable: control });
    }

    const asText = (value) => (value === null || value === undefined ? '' : String(value));

    const makers = {
      field,

      text: (holder, key, path, options) => input(holder, key, path, options, (text) => text, asText),

      number: (holder, key, path, options) =>
        input(holder, key, path, { inputmode: 'decimal', ...options }, (text) => (text.trim() === '' && 'empty' in options ? options.empty : editing.number(text)), (value) =>
          'empty' in options && value === options.empty ? '' : asText(value),
        ),

      /** A share of 0..1 that people write as percent. */
      percent: (holder, key, path, options) =>
        input(
          holder,
          key,
          path,
          { inputmode: 'decimal', suffix: '%', ...options },
          (text) => editing.number(editing.shiftPoint(text, -2)),
          (value) => editing.shiftPoint(asText(value), 2),
        ),

      rich(holder, key, path, options) {
        const labelId = editing.uid('label');
        const rich = editing.richText({
          value: asText(holder[key]),
          labelledBy: labelId,
          placeholder: options.placeholder,
          small: options.small,
          enter: options.enter,
          input: (markup) => {
            holder[key] = markup;
            changed();
          },
        });
        const element = field(rich.element, path, { ...options, labelId, focusable: rich.control });
        element.mueRich = rich;
        return element;
      },

      check(holder, key, path, { label, help, act }) {
        const id = editing.uid('field');
        const control = h('input', {
          id,
          type: 'checkbox',
          class: 'mue-tick',
          change: () => {
            holder[key] = control.checked;
            changed();
            if (act) {
              act();
            }
          },
        });
        control.checked = Boolean(holder[key]);
        const helpId = help ? editing.uid('help') : '';
        const errorId = editing.uid('error');
        const error = h('p', { class: 'mue-error', id: errorId, hidden: true });
        described(control, [helpId, errorId]);
        const element = h('div', { class: 'mue-field mue-field-tick' }, h('label', { class: 'mue-tick-label', for: id }, control, h('span', {}, label)), help && h('p', { class: 'mue-help', id: helpId }, help), error);
        place(path, element, control, error);
        return element;
      },

      select(holder, key, path, options) {
        const id = editing.uid('field');
        const control = h(
          'select',
          {
            id,
            class: 'mue-input mue-select',
            change: () => {
              holder[key] = options.options[control.selectedIndex][0];
              changed();
              if (options.act) {
                options.act();
              }
            },
          },
          options.options.map(([value, label]) => h('option', { value }, label)),
        );
        control.selectedIndex = Math.max(0, options.options.findIndex(([value]) => value === holder[key]));
        return field(control, path, { ...options, id });
      },

      /** A few ways, each with a sentence; options: [value, label, help]. */
      radios(holder, key, path, { label, options, act }) {
        const name = editing.uid('radio');
        const errorId = editing.uid('error');
        const error = h('p', { class: 'mue-error', id: errorId, hidden: true });
        const ticks = options.map(([value, text, help]) => {
          const control = h('input', {
            type: 'radio',
            class: 'mue-tick',
            name,
            'aria-describedby': errorId,
            change: () => {
              holder[key] = value;
              changed();
              if (act) {
                act();
              }
            },
          });
          control.checked = holder[key] === value;
          return h('label', { class: 'mue-way' }, control, h('span', {}, h('span', { class: 'mue-way-name' }, text), help && h('span', { class: 'mue-help' }, help)));
        });
        const element = h('fieldset', { class: 'mue-field mue-group' }, h('legend', { class: 'mue-label' }, label), h('div', { class: 'mue-ways' }, ticks), error);
        place(path, element, element.querySelector('input'), error);
        return element;
      },

      /** Several fields under one name, with a place for what is wrong with them as a whole. */
      group(path, { label, help }, ...content) {
        const error = h('p', { class: 'mue-error', id: editing.uid('error'), hidden: true });
        const element = h('fieldset', { class: 'mue-group', 'aria-describedby': error.id, tabindex: '-1' }, h('legend', { class: 'mue-label' }, label), help && h('p', { class: 'mue-help' }, help), error, content);
        place(path, element, element, error);
        return element;
      },

      /** A place for problems of `path` that has no field of its own. */
      place,

      /** Where problems of `path` are shown: its field, else the nearest one above; null when nothing fits. */
      find(path) {
        for (let at = path; at; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
          const found = places.get(at);
          // What was redrawn meanwhile is no place any more.
          if (found && (scope.contains(found.error) || found.error.isConnected)) {
            return found;
          }
        }
        return null;
      },

      /** Shows these problems and no others; gives those that found no place. */
      show(problems) {
        for (const { control, error } of places.values()) {
          error.hidden = true;
          error.replaceChildren();
          control.removeAttribute('aria-invalid');
        }
        return problems.filter(({ path, message }) => {
          const found = makers.find(path);
          if (found) {
            found.error.append(found.error.hasChildNodes() ? ' ' : '', message);
            found.error.hidden = false;
            found.control.setAttribute('aria-invalid', 'true');
          }
          return !found;
        });
      },

      /** Brings the field of a problem into view, unfolded and focused; false when there is none. */
      goTo(path) {
        const found = makers.find(path);
        if (!found) {
          return false;
        }
        for (let fold = found.element.closest('details'); fold; fold = fold.parentElement.closest('details')) {
          fold.open = true;
        }
        (found.control.mueRich || found.control).focus();
        found.element.scrollIntoView({ block: 'center' });
        return true;
      },
    };
    return makers;
  };
})();
