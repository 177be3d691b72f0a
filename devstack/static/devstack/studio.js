// What Studio's editor offers to the scripts of blocks: notify('save' | 'cancel' | 'error'), handlers that may save what
// the course team wrote, and an element wrapped by jQuery, as Studio's component editor passes it.
(() => {
  const { XBlock } = window;
  const key = 'microunits.studio.said';

  function say(text, isProblem) {
    const status = document.getElementById('studio-status');
    status.textContent = text;
    status.classList.toggle('notice', Boolean(text));
    status.classList.toggle('notice-problem', Boolean(isProblem));
  }

  // Studio closes its editor and shows the block anew; here the page is loaded again, and says what happened.
  function closeEditor(what) {
    sessionStorage.setItem(key, what);
    const here = new URL(window.location.href);
    here.searchParams.delete('done');
    window.location.replace(here);
  }

  class StudioRuntime extends XBlock.Runtime.v1 {
    constructor() {
      super();
      this.listeners = {
        save: [(data) => (data.state === 'end' ? closeEditor('saved') : say(words().saving))],
        cancel: [() => closeEditor('cancelled')],
        error: [(data) => say([data.title, data.message || data.msg].filter(Boolean).join('. '), true)],
      };
    }

    handlerUrl(element, name, suffix, query) {
      const { usageId } = (element.jquery ? element[0] : element).dataset;
      return XBlock.handlerPath(['xblock', usageId], 'handler', name, suffix, query);
    }

    listenTo(name, callback) {
      (this.listeners[name] = this.listeners[name] || []).push(callback);
    }

    notify(name, data) {
      (this.listeners[name] || []).forEach((listener) => listener.call(this, data || {}));
    }

    refreshXBlock() {
      closeEditor('saved');
    }
  }

  function words() {
    return document.getElementById('studio-status').dataset;
  }

  XBlock.runtimes.wrap = (element) => window.jQuery(element);
  window.StudioRuntime = { v1: StudioRuntime };

  document.addEventListener('DOMContentLoaded', () => {
    const said = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (said) {
      say(words()[said]);
    }
  });
})();
