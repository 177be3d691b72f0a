/* Shared pieces of Studio editors: putting a list in order by dragging a handle or by the arrow keys. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;
  const EDGE = 60;

  /** The nearest ancestor that scrolls, or the page. */
  function scrollerOf(element) {
    for (let at = element.parentElement; at; at = at.parentElement) {
      if (/(auto|scroll)/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight) {
        return at;
      }
    }
    return document.scrollingElement;
  }

  /**
   * Lets people move the items of `list` by their handles. `moved(item, index)` is called when an item was put
   * somewhere else; the list's element already stands there.
   */
  editing.sortable = function (list, handleSelector, moved) {
    function drag(item, handle, start) {
      const from = [...list.children].indexOf(item);
      const scroller = scrollerOf(list);
      const top = handle.getBoundingClientRect().top;
      list.classList.add('is-sorting');
      item.classList.add('is-dragged');
      // Open cards fold up meanwhile: keep the handle under the pointer.
      scroller.scrollTop += handle.getBoundingClientRect().top - top;

      function move(event) {
        const y = event.clientY;
        const before = [...list.children].find((other) => {
          const box = other.getBoundingClientRect();
          return other !== item && y < box.top + box.height / 2;
        });
        if (before !== item.nextElementSibling && before !== item) {
          list.insertBefore(item, before || null);
        }
        if (y < EDGE || y > window.innerHeight - EDGE) {
          scroller.scrollTop += y < EDGE ? -12 : 12;
        }
      }
      function end(event) {
        document.removeEventListener('pointermove', move);
        document.removeEventListener('pointerup', end);
        document.removeEventListener('pointercancel', end);
        document.removeEventListener('keydown', escape, true);
        list.classList.remove('is-sorting');
        item.classList.remove('is-dragged');
        if (event.type !== 'pointerup') {
          list.insertBefore(item, list.children[from + (from > [...list.children].indexOf(item) ? 1 : 0)] || null);
        }
        const to = [...list.children].indexOf(item);
        handle.focus({ preventScroll: true });
        item.scrollIntoView({ block: 'nearest' });
        if (to !== from) {
          moved(item, to);
        }
      }
      function escape(event) {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          end(event);
        }
      }
      document.addEventListener('pointermove', move);
      document.addEventListener('pointerup', end);
      document.addEventListener('pointercancel', end);
      document.addEventListener('keydown', escape, true);
      start.preventDefault();
    }

    list.addEventListener('pointerdown', (event) => {
      const handle = event.target.closest(handleSelector);
      if (handle && event.button === 0) {
        drag([...list.children].find((item) => item.contains(handle)), handle, event);
      }
    });
    list.addEventListener('keydown', (event) => {
      const handle = event.target.closest(handleSelector);
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!handle || !step) {
        return;
      }
      event.preventDefault();
      const item = [...list.children].find((other) => other.contains(handle));
      editing.moveBy(list, item, step, moved);
      handle.focus();
    });
  };

  /** Moves an item one place up (-1) or down (1), if there is one. */
  editing.moveBy = function (list, item, step, moved) {
    const to = [...list.children].indexOf(item) + step;
    if (to < 0 || to >= list.children.length) {
      return;
    }
    list.insertBefore(item, step < 0 ? list.children[to] : list.children[to].nextElementSibling);
    moved(item, to);
  };
})();
