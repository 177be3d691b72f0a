/* Shared pieces of Studio editors: a text with simple formatting. Its value is HTML; the server has the last word on it. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;
  const { h } = editing;
  const TAGS = new Set(
    ('a abbr b blockquote br cite code dd del dfn dl dt em figcaption figure h3 h4 h5 h6 hr i img ins kbd li mark ol p pre ' +
      'q rp rt ruby s samp small span strong sub sup table tbody td th thead tr u ul var').split(' '),
  );
  const BLOCKS = new Set(
    'BLOCKQUOTE DIV DL FIGURE H3 H4 H5 H6 HR OL P PRE TABLE UL'.split(' '),
  );
  const DROPPED = new Set('script style template iframe object embed title meta link'.split(' '));
  const ATTRIBUTES = 'href src alt title lang dir width height start type colspan rowspan scope'.split(' ');

  const safeAddress = (address) => !/^\s*[a-z][a-z0-9+.-]*:/i.test(address) || /^\s*(https?|mailto|tel):/i.test(address);

  function copyInto(target, node) {
    if (node.nodeType === Node.TEXT_NODE) {
      target.append(node.textContent);
      return;
    }
    const tag = node.nodeType === Node.ELEMENT_NODE ? node.localName : '';
    if (!tag || DROPPED.has(tag)) {
      return;
    }
    const name = tag === 'div' ? 'p' : tag;
    const copy = TAGS.has(name) ? document.createElement(name) : null;
    for (const attribute of copy ? ATTRIBUTES : []) {
      const value = node.getAttribute(attribute);
      if (value !== null && (!['href', 'src'].includes(attribute) || safeAddress(value))) {
        copy.setAttribute(attribute, value);
      }
    }
    const bare = !copy || (name === 'span' && !copy.attributes.length);
    node.childNodes.forEach((child) => copyInto(bare ? target : copy, child));
    if (!bare) {
      target.append(copy);
    }
  }

  /** Markup as nodes, with only what may stay; parsed apart from the page, so that nothing in it runs. */
  editing.cleanMarkup = function (markup) {
    const fragment = document.createDocumentFragment();
    new DOMParser().parseFromString(markup, 'text/html').body.childNodes.forEach((node) => copyInto(fragment, node));
    return fragment;
  };

  const isBlock = (node) => BLOCKS.has(node.nodeName);

  /** Loose text before or between paragraphs becomes a paragraph; a single paragraph needs no mark of its own. */
  function paragraphs(holder) {
    if ([...holder.children].some(isBlock)) {
      let run = null;
      for (const node of [...holder.childNodes]) {
        if (isBlock(node)) {
          run = null;
        } else if (run || node.textContent.trim() || node.nodeName === 'IMG') {
          if (!run) {
            run = document.createElement('p');
            node.before(run);
          }
          run.append(node);
        }
      }
    }
    holder.querySelectorAll('p').forEach((p) => !p.textContent.trim() && !p.querySelector('img') && p.remove());
    if (holder.children.length === 1 && holder.firstElementChild.nodeName === 'P' && !holder.firstElementChild.attributes.length) {
      holder.firstElementChild.replaceWith(...holder.firstElementChild.childNodes);
    }
    while (holder.lastChild && holder.lastChild.nodeName === 'BR') {
      holder.lastChild.remove();
    }
  }

  function markupOf(area) {
    const holder = document.createElement('div');
    holder.append(editing.cleanMarkup(area.innerHTML));
    paragraphs(holder);
    const empty = !holder.textContent.trim() && !holder.querySelector('img');
    return empty ? '' : holder.innerHTML.replace(/\u200b|&nbsp;(?=\S)/g, (found) => (found === '\u200b' ? '' : ' ')).trim();
  }

  /**
   * A formatted text.
   *
   * Options: value, input(value), labelledBy, describedBy, placeholder, small, enter() for what the Enter key does in a
   * text of one line (Shift+Enter breaks the line).
   */
  editing.richText = function ({ value, input, labelledBy, placeholder, small, enter }) {
    const area = h('div', {
      class: small ? 'mue-rich mue-rich-small' : 'mue-rich',
      contenteditable: 'true',
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-labelledby': labelledBy,
      'data-placeholder': placeholder,
      tabindex: '0',
    });
    const source = h('textarea', { class: 'mue-input mue-source', hidden: true, rows: 4, 'aria-labelledby': labelledBy, spellcheck: 'false' });
    const element = h('div', { class: 'mue-rich-holder' }, area, source);

    function show(markup) {
      area.replaceChildren(editing.cleanMarkup(markup));
      area.classList.toggle('is-empty', !markup);
    }
    function changed() {
      const markup = source.hidden ? markupOf(area) : source.value;
      area.classList.toggle('is-empty', !area.textContent.trim() && !area.querySelector('img, li'));
      input(markup);
    }
    area.addEventListener('input', changed);
    source.addEventListener('input', changed);
    area.addEventListener('focus', () => {
      document.execCommand('defaultParagraphSeparator', false, 'p');
      document.execCommand('styleWithCSS', false, false);
    });
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && enter && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        enter();
      }
    });
    area.addEventListener('paste', (event) => {
      const markup = event.clipboardData.getData('text/html');
      const text = event.clipboardData.getData('text/plain');
      event.preventDefault();
      const holder = document.createElement('div');
      holder.append(editing.cleanMarkup(markup));
      paragraphs(holder);
      document.execCommand(markup ? 'insertHTML' : 'insertText', false, markup ? holder.innerHTML : text);
    });
    show(value);

    const rich = {
      element,
      control: area,
      get showsSource() {
        return !source.hidden;
      },
      focus: () => (source.hidden ? area : source).focus(),
      set(markup) {
        source.value = markup;
        show(markup);
        input(markup);
      },
      toggleSource() {
        const toSource = source.hidden;
        if (toSource) {
          source.value = markupOf(area);
        } else {
          show(source.value);
        }
        source.hidden = !toSource;
        area.hidden = toSource;
        rich.focus();
        changed();
      },
      changed,
    };
    area.mueRich = rich;
    source.mueRich = rich;
    return rich;
  };

  // --- The toolbar: one for all texts of a card; it acts on the text that had the focus last.

  function inside(tag, area) {
    const at = document.getSelection().anchorNode;
    const element = at && (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement);
    const found = element && element.closest(tag);
    return found && area.contains(found) ? found : null;
  }

  function toggleCode(rich) {
    const within = inside('code', rich.control);
    if (within) {
      within.replaceWith(...within.childNodes);
      rich.changed();
      return;
    }
    const holder = document.createElement('div');
    holder.append(h('code', {}, document.getSelection().toString() || '\u200b'));
    document.execCommand('insertHTML', false, holder.innerHTML);
  }

  function askLink(rich, t, host) {
    const selection = document.getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    const present = inside('a', rich.control);
    const id = editing.uid('link');
    const input = h('input', { id, class: 'mue-input', type: 'text', inputmode: 'url', dir: 'ltr', value: present ? present.getAttribute('href') : 'https://' });
    const form = h('form', { id: `${id}-form` }, h('label', { for: id, class: 'mue-label' }, t('link_address')), input, h('p', { class: 'mue-help' }, t('link_help')));
    const dialog = editing.dialog(host, {
      t,
      title: t('link_title'),
      body: form,
      actions: [h('button', { type: 'submit', form: form.id, class: 'mue-button mue-button-primary' }, t('link_set'))],
      returnFocus: rich.control,
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const address = input.value.trim();
      dialog.close();
      rich.focus();
      if (range) {
        if (present) {
          range.selectNodeContents(present);
        }
        selection.removeAllRanges();
        selection.addRange(range);
      }
      if (!address || address === 'https://') {
        document.execCommand('unlink');
      } else if (selection.isCollapsed) {
        const holder = h('div', {}, h('a', { href: address }, address));
        document.execCommand('insertHTML', false, holder.innerHTML);
      } else {
        document.execCommand('createLink', false, address);
      }
    });
    input.focus();
    input.select();
  }

  const KEYS = { b: 'bold', i: 'italic', k: 'link' };

  /** The toolbar for the texts inside `scope`; `extra` is a list of [name, text, act(rich), applies(rich)]. */
  editing.toolbar = function (scope, { t, host, extra = [] }) {
    let current = null;
    const commands = {
      bold: () => document.execCommand('bold'),
      italic: () => document.execCommand('italic'),
      link: (rich) => askLink(rich, t, host),
      bullets: () => document.execCommand('insertUnorderedList'),
      numbers: () => document.execCommand('insertOrderedList'),
      code: toggleCode,
      source: (rich) => rich.toggleSource(),
    };
    const titles = Object.fromEntries(Object.keys(commands).map((name) => [name, t(name)]));
    for (const [name, title, act] of extra) {
      commands[name] = act;
      titles[name] = title;
    }
    const buttons = {};
    function run(name) {
      if (!current || (current.showsSource && name !== 'source')) {
        return;
      }
      current.focus();
      commands[name](current);
      if (name !== 'source' && name !== 'link') {
        current.changed();
      }
      mark();
    }
    for (const name of Object.keys(commands)) {
      const wide = extra.some(([extraName]) => extraName === name);
      buttons[name] = editing.button(titles[name], name, () => run(name), { quiet: !wide, tabindex: '-1', 'aria-disabled': 'true' });
      // Keeps the selection in the text while a pointer presses the button.
      buttons[name].addEventListener('mousedown', (event) => event.preventDefault());
    }
    const list = Object.values(buttons);
    list[0].tabIndex = 0;
    const bar = h('div', { class: 'mue-toolbar', role: 'toolbar', 'aria-label': t('formatting') }, list);

    function mark() {
      for (const [name, button] of Object.entries(buttons)) {
        const works = current && (name === 'source' || !current.showsSource);
        button.setAttribute('aria-disabled', works ? 'false' : 'true');
      }
      for (const name of ['bold', 'italic']) {
        const on = current && !current.showsSource && current.control === document.activeElement && document.queryCommandState(name);
        buttons[name].setAttribute('aria-pressed', on ? 'true' : 'false');
      }
      buttons.source.setAttribute('aria-pressed', current && current.showsSource ? 'true' : 'false');
    }
    scope.addEventListener('focusin', (event) => {
      if (bar.contains(event.target)) {
        return;
      }
      current = event.target.mueRich || null;
      mark();
    });
    scope.addEventListener('keyup', mark);
    scope.addEventListener('pointerup', mark);
    scope.addEventListener('keydown', (event) => {
      const rich = event.target.mueRich;
      if (rich && event.altKey && event.key === 'F10') {
        event.preventDefault();
        list[0].focus();
      } else if (rich && (event.ctrlKey || event.metaKey) && KEYS[event.key.toLowerCase()] && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        run(KEYS[event.key.toLowerCase()]);
      }
    });
    bar.addEventListener('keydown', (event) => {
      const at = list.indexOf(document.activeElement);
      const forward = getComputedStyle(bar).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
      const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
      const next = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: list.length - 1 }[event.key];
      if (event.key === 'Escape' && current) {
        event.preventDefault();
        event.stopPropagation();
        current.focus();
      } else if (next !== undefined && at >= 0) {
        event.preventDefault();
        list[at].tabIndex = -1;
        const button = list[(next + list.length) % list.length];
        button.tabIndex = 0;
        button.focus();
      }
    });
    mark();
    return bar;
  };
})();
