// What the platform's pages offer to the scripts of blocks: window.XBlock, and the runtime of the LMS.
// Blocks start when the page has been read. In the LMS they get a plain element.
(() => {
  const runtimes = {};

  const plain = (element) => (element && element.jquery ? element[0] : element);

  class Runtime {
    constructor() {
      this.childMap = (block, name) => this.children(block).find((child) => child.name === name) || null;
    }

    children(block) {
      return plain(block).xblock_children || [];
    }

    notify() {}
  }

  function withQuery(path, query) {
    if (!query) {
      return path;
    }
    return `${path}?${typeof query === 'string' ? query : new URLSearchParams(query)}`;
  }

  function handlerPath(prefix, word, name, suffix, query) {
    const parts = [...prefix, word, name].map(encodeURIComponent);
    if (suffix) {
      parts.push(String(suffix).split('/').map(encodeURIComponent).join('/'));
    }
    return withQuery(`/${parts.join('/')}`, query);
  }

  class LmsRuntime extends Runtime {
    handlerUrl(element, name, suffix, query, thirdparty) {
      const { courseId, usageId } = plain(element).dataset;
      const word = thirdparty ? 'handler_noauth' : 'handler';
      return handlerPath(['courses', courseId, 'xblock', usageId], word, name, suffix, query);
    }
  }

  function initArguments(element) {
    const script = element.querySelector(':scope > .xblock-json-init-args');
    if (!script) {
      return {};
    }
    script.remove();
    return JSON.parse(script.textContent);
  }

  function immediateBlocks(element) {
    return [...element.querySelectorAll('.xblock:not(.xblock-initialized)')].filter((block) => {
      const around = block.parentElement.closest('.xblock');
      return !around || around === element || !element.contains(around);
    });
  }

  function initializeBlock(given) {
    const element = plain(given);
    element.xblock_children = initializeBlocks(element);
    const { init, runtimeClass, runtimeVersion, name, blockType } = element.dataset;
    let block = {};
    if (init && runtimeClass && runtimeVersion) {
      const runtime = new window[runtimeClass][`v${runtimeVersion}`]();
      block = new window[init](runtime, given, initArguments(element));
      block.runtime = runtime;
    }
    Object.assign(block, { element: given, name, type: blockType });
    element.classList.add('xblock-initialized');
    return block;
  }

  function initializeBlocks(given) {
    return immediateBlocks(plain(given)).map((element) => initializeBlock(runtimes.wrap(element)));
  }

  runtimes.wrap = (element) => element;
  window.XBlock = { Runtime: { v1: Runtime }, initializeBlock, initializeBlocks, runtimes, handlerPath };
  window.LmsRuntime = { v1: LmsRuntime };

  document.addEventListener('DOMContentLoaded', () => initializeBlocks(document.body));
})();
