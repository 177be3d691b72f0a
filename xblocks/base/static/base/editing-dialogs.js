/* Shared pieces of Studio editors: dialogs and folds. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;
  const { h } = editing;

  /**
   * Opens a modal dialog inside `host`; gives {element, close()}. Escape and the close button close it, and the focus
   * goes back to where it was, unless `returnFocus` says otherwise.
   */
  editing.dialog = function (host, { t, title, body, actions = [], wide = false, closed, returnFocus }) {
    const before = document.activeElement;
    const heading = editing.uid('dialog');
    const element = h('dialog', { class: wide ? 'mue-dialog mue-dialog-wide' : 'mue-dialog', 'aria-labelledby': heading });
    const close = () => element.open && element.close();
    element.append(
      h(
        'div',
        { class: 'mue-dialog-head' },
        h('h2', { id: heading, class: 'mue-dialog-title' }, title),
        editing.button(t('close'), 'close', close, { quiet: true }),
      ),
      h('div', { class: 'mue-dialog-body' }, body),
      h('div', { class: 'mue-dialog-actions', hidden: !actions.length }, actions),
    );
    element.addEventListener('close', () => {
      element.remove();
      const target = returnFocus || before;
      if (target && target.isConnected && (document.activeElement === document.body || !document.activeElement)) {
        target.focus();
      }
      if (closed) {
        closed();
      }
    });
    // Studio closes its own window on Escape; here Escape closes the dialog only.
    element.addEventListener('keydown', (event) => event.key === 'Escape' && event.stopPropagation());
    host.append(element);
    element.showModal();
    return { element, close };
  };

  /** Lets the author choose one of `kinds`, [value, name, help]; calls chosen(value). */
  editing.pick = function ({ t, host, title, help, kinds, chosen }) {
    let dialog = null;
    const pick = (kind) => () => {
      dialog.close();
      chosen(kind);
    };
    const ways = kinds.map(([kind, name, says]) =>
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', class: 'mue-type', 'data-kind': kind, click: pick(kind) },
          h('span', {}, h('span', { class: 'mue-type-name' }, name), h('span', { class: 'mue-type-help' }, says)),
        ),
      ),
    );
    dialog = editing.dialog(host, { t, title, body: [help && h('p', { class: 'mue-help' }, help), h('ul', { class: 'mue-types' }, ways)].filter(Boolean), wide: true });
    dialog.element.querySelector('.mue-type').focus();
  };

  /** Things that most people need not see, behind one fold. */
  editing.fold = (title, ...content) =>
    h('details', { class: 'mue-fold' }, h('summary', { class: 'mue-fold-title' }, editing.icon('open'), h('span', {}, title)), h('div', { class: 'mue-fold-body' }, content));
})();
