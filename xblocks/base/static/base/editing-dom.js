/* Shared pieces of Studio editors: making elements, texts and icons. */
(function () {
  'use strict';

  const root = (window.Microunits = window.Microunits || {});
  const editing = (root.editing = root.editing || {});
  const SVG = 'http://www.w3.org/2000/svg';
  let serial = 0;

  /** A DOM id that is used nowhere else on this page. */
  editing.uid = (prefix) => `mue-${prefix}-${++serial}`;

  /**
   * An element. Attributes that are null, undefined or false are left out, true is an empty one, functions listen to
   * the event of their name; children are nodes, texts, or lists of them.
   */
  editing.h = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === 'function') {
        element.addEventListener(name, value);
      } else if (value !== null && value !== undefined && value !== false) {
        element.setAttribute(name, value === true ? '' : value);
      }
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  };

  const ICONS = {
    bold: 'M7 4h6a4 4 0 0 1 0 8H7zM7 12h7a4 4 0 0 1 0 8H7z',
    italic: 'M11 4h7M6 20h7M14.5 4l-5 16',
    link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
    bullets: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
    numbers: 'M10 6h10M10 12h10M10 18h10M4 4.5l1.5-.5v5M3.5 14.5c1.5-1.5 3 0 2 1.5l-2 3h3',
    code: 'M8 7l-5 5 5 5M16 7l5 5-5 5',
    source: 'M4 5h16v14H4zM8 10l-2 2 2 2M12 10l2 2-2 2',
    gap: 'M3 18h18M5 14V8M19 14V8M9 11h6M12 8v6',
    up: 'M12 19V5M6 11l6-6 6 6',
    down: 'M12 5v14M6 13l6 6 6-6',
    copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
    remove: 'M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3',
    close: 'M6 6l12 12M18 6L6 18',
    grip: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
    open: 'M6 9l6 6 6-6',
    plus: 'M12 5v14M5 12h14',
    check: 'M5 13l4 4L19 7',
    mend: 'M12 8v5M12 16.5h.01M12 3l9.5 17h-19z',
    paste: 'M9 4h6v3H9zM9 5H5v15h14V5h-4M9 12h6M9 16h4',
    download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
    single: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
    multiple: 'M4 4h16v16H4zM8 12l3 3 5-6',
    truefalse: 'M3 12l3 3 5-6M15 9l6 6M21 9l-6 6',
    shorttext: 'M4 6h10M9 6v12M16 9v11M14 9h4M14 20h4',
    number: 'M5 9h15M4 15h15M10 4L8 20M16 4l-2 16',
    ordering: 'M10 6h10M10 12h10M10 18h10M5 4v16M2 17l3 3 3-3',
    matching: 'M3 6h6M3 18h6M15 6h6M15 18h6M9 6l6 12M9 18l6-12',
    cloze: 'M3 7h18M3 17h4M17 17h4M9 19h6M9 14v3M15 14v3',
    flashcard: 'M4 8h13v11H4zM7 8V5h13v11h-3',
  };

  /** A picture that says nothing more than the text beside it. */
  editing.icon = function (name) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('class', 'mue-icon');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', ICONS[name]);
    svg.append(path);
    return svg;
  };

  /** What the server translated: texts(key, {name: value}) fills in %(name)s. */
  editing.texts = (catalogue) => (key, params) =>
    (catalogue[key] || key).replace(/%%|%\((\w+)\)s/g, (whole, name) => (whole === '%%' ? '%' : params && name in params ? params[name] : whole));

  /** A button with a picture and a text; `quiet` shows the picture only and says the text. */
  editing.button = function (text, icon, click, { quiet = false, look = '', ...attributes } = {}) {
    const names = ['mue-button', quiet && 'mue-button-quiet', look && `mue-button-${look}`].filter(Boolean).join(' ');
    return editing.h(
      'button',
      { type: 'button', class: names, click, 'aria-label': quiet && text, title: quiet && text, ...attributes },
      icon && editing.icon(icon),
      !quiet && editing.h('span', {}, text),
    );
  };

  /** The words of some markup, on one line. */
  editing.plainText = function (markup) {
    const page = new DOMParser().parseFromString(markup.replace(/<(br|p|li|div)\b/gi, ' <$1'), 'text/html');
    return page.body.textContent.replace(/\s+/g, ' ').trim();
  };

  /** Calls `act` once, when nothing was asked for `wait` milliseconds; `.now()` calls it if it is due. */
  editing.calmly = function (wait, act) {
    let timer = null;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(later.now, wait);
    };
    later.now = () => {
      if (timer === null) {
        return;
      }
      later.forget();
      act();
    };
    later.forget = () => {
      clearTimeout(timer);
      timer = null;
    };
    return later;
  };
})();
