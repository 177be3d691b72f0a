/* The editor of badges: the picture, designed here or uploaded. The server draws it, so that it looks as it will. */
(function () {
  'use strict';

  const { editing } = window.Microunits;
  const { h } = editing;
  const editor = window.Microunits.badgesEditor;
  const SHAPES = ['hexagon', 'circle', 'shield', 'star'];
  const MOST_BYTES = 3 * 1024 * 1024;

  function base64(file) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
  }

  function colour(card, name) {
    const { t, data, fields } = card;
    const id = editing.uid('colour');
    const error = h('p', { class: 'mue-error', id: editing.uid('error'), hidden: true });
    const control = h('input', {
      id,
      type: 'color',
      class: 'mub-colour',
      'aria-describedby': error.id,
      input: () => {
        data.design[name] = control.value;
        card.changed();
      },
    });
    control.value = data.design[name];
    const element = h('div', { class: 'mue-field' }, h('label', { class: 'mue-label', for: id }, t(name)), control, error);
    fields.place(`design/${name}`, element, control, error);
    return { element, set: (value) => (control.value = value) };
  }

  function palette(card, set) {
    const { t, data, page } = card;
    const swatch = (value) =>
      h('button', {
        type: 'button',
        class: 'mub-swatch',
        'aria-label': t('colour', { colour: value }),
        // As a property: a style attribute would need leave of a strict policy.
        click: () => {
          Object.assign(data.design, { ground: value, ink: '#ffffff' });
          set();
          card.changed();
        },
      });
    const made = page.palette.map((value) => {
      const button = swatch(value);
      button.style.background = value;
      return button;
    });
    return h('div', { class: 'mue-field', role: 'group', 'aria-label': t('palette') }, h('span', { class: 'mue-label', 'aria-hidden': 'true' }, t('palette')), h('div', { class: 'mub-swatches' }, made));
  }

  function designed(card) {
    const { t, data, fields } = card;
    const ground = colour(card, 'ground');
    const ink = colour(card, 'ink');
    const set = () => {
      ground.set(data.design.ground);
      ink.set(data.design.ink);
    };
    return h(
      'div',
      {},
      h(
        'div',
        { class: 'mue-pairline' },
        fields.select(data.design, 'shape', 'design/shape', { label: t('shape'), options: SHAPES.map((shape) => [shape, t(`shape_${shape}`)]) }),
        fields.text(data.design, 'letters', 'design/letters', { label: t('letters'), help: t('letters_help') }),
      ),
      palette(card, set),
      h('div', { class: 'mue-pairline' }, ground.element, ink.element),
    );
  }

  function own(card, taken) {
    const { t, data, fields } = card;
    const status = h('p', { class: 'mue-help', role: 'status' });
    const id = editing.uid('file');
    const error = h('p', { class: 'mue-error', id: editing.uid('error'), hidden: true });
    const refuse = (text) => {
      status.textContent = '';
      error.textContent = text;
      error.hidden = false;
    };
    const control = h('input', {
      id,
      type: 'file',
      class: 'mue-file',
      accept: '.png,.svg,image/png,image/svg+xml',
      'aria-describedby': `${error.id} ${id}-help`,
      change: async () => {
        const [file] = control.files;
        if (!file) {
          return;
        }
        error.hidden = true;
        status.textContent = t('uploading');
        try {
          // More than that is refused anyway, and need not travel first.
          const content = file.size > MOST_BYTES ? '' : await base64(file);
          const answer = file.size > MOST_BYTES ? { ok: false, problems: [{ message: t('choose_picture_help') }] } : await editing.post(card.url('editor_upload'), { content });
          if (answer.ok) {
            data.image = answer.image;
            status.textContent = t('uploaded');
            taken();
            card.changed();
          } else {
            refuse(answer.problems[0].message);
          }
        } catch (failure) {
          refuse(failure.reason === 'refused' ? failure.message : t('upload_failed'));
        }
        control.value = '';
      },
    });
    const element = h('div', { class: 'mue-field' }, h('label', { class: 'mue-label', for: id }, t('choose_picture')), h('p', { class: 'mue-help', id: `${id}-help` }, t('choose_picture_help')), control, status, error);
    fields.place('image', element, control, error);
    return element;
  }

  /** The picture: {element, draw(html)}, which the card calls with what the server drew. */
  editor.picture = function (card) {
    const { t, data, fields } = card;
    const way = { way: data.image ? 'uploaded' : 'designed' };
    const shown = h('div', { class: 'mub-shown', role: 'img', 'aria-label': t('preview_picture') });
    const room = h('div', {});
    let uploaded = data.image;

    function draw() {
      data.image = way.way === 'uploaded' ? uploaded : '';
      room.replaceChildren(way.way === 'uploaded' ? own(card, () => (uploaded = data.image)) : designed(card));
    }
    const ways = fields.radios(way, 'way', 'design', {
      label: t('picture'),
      options: ['designed', 'uploaded'].map((one) => [one, t(`picture_${one}`)]),
      act: () => {
        draw();
        card.changed();
      },
    });
    draw();
    return {
      element: h('div', { class: 'mub-picture' }, h('div', { class: 'mub-picture-fields' }, ways, room), shown),
      draw: (html) => (shown.innerHTML = html || `<span class="mue-help">${t('no_picture')}</span>`),
    };
  };
})();
