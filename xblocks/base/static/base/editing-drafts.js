/* Shared pieces of Studio editors: copies kept in this browser, so that nothing typed is lost. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;

  /**
   * A place for one copy, by name. Where the browser keeps nothing (private windows, full storage), the copy lives as
   * long as the page.
   */
  editing.kept = function (name) {
    const key = `microunits:${name}`;
    let memory = null;
    return {
      read() {
        try {
          return JSON.parse(window.localStorage.getItem(key)) || memory;
        } catch {
          return memory;
        }
      },
      write(copy) {
        memory = copy;
        try {
          window.localStorage.setItem(key, JSON.stringify(copy));
        } catch {
          // Kept in memory only.
        }
      },
      clear() {
        memory = null;
        try {
          window.localStorage.removeItem(key);
        } catch {
          // There was nothing to forget.
        }
      },
    };
  };
})();
