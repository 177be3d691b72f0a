/* A workshop: sends what is ticked, written and chosen, and puts the page that comes back in its place. What somebody
   has written and not sent stays where it is. */
function WorkshopBlock(runtime, element) {
  "use strict";
  const root = (element.querySelector ? element : element[0]).querySelector(".mw");
  const body = root?.querySelector(".mw-body");
  if (!body) return;
  const say = root.querySelector(":scope > .mu-say");
  const news = root.querySelector(":scope > .mw-news");
  // One after the other: what is tapped while an answer is on its way is sent after it.
  let last = Promise.resolve();
  let waiting = 0;

  const DATA = {
    tick: (control) => ({ item: control.dataset.value, done: control.checked }),
    answer: (control) => ({ item: control.dataset.value, text: field(control.dataset.value).value }),
    choose: (control) => ({ session: control.dataset.value }),
    feed: (control) => ({ to: control.dataset.value }),
  };

  function field(item) {
    return body.querySelector(`[data-item="${CSS.escape(item)}"] textarea`);
  }

  async function send(handler, data) {
    root.setAttribute("aria-busy", "true");
    say.textContent = "";
    try {
      const reply = await fetch(runtime.handlerUrl(element, handler), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "" },
        body: JSON.stringify(data),
      });
      const told = await reply.json();
      if (reply.ok) return told;
      say.textContent = told.message || root.dataset.offline;
    } catch {
      say.textContent = root.dataset.offline;
    } finally {
      if (!waiting) root.removeAttribute("aria-busy");
    }
    return null;
  }

  // Texts that were begun elsewhere on the page are not lost to a tick.
  function unsent(but) {
    const texts = new Map();
    for (const area of body.querySelectorAll("[data-item] textarea")) {
      const { item } = area.closest("[data-item]").dataset;
      if (item !== but && area.value !== area.defaultValue) texts.set(item, area.value);
    }
    return texts;
  }

  function put(html, control) {
    const { act: what, value } = control.dataset;
    const texts = unsent(what === "answer" ? value : "");
    const open = [...body.querySelectorAll("details")].map((fold) => fold.open);
    const folds = open.length;
    body.innerHTML = html;
    for (const [item, text] of texts) {
      const area = field(item);
      if (area) area.value = text;
    }
    const now = body.querySelectorAll("details");
    if (now.length === folds) now.forEach((fold, index) => (fold.open = open[index]));
    if (what === "feed") body.querySelector(".mw-calendar")?.setAttribute("open", "");
    const again = value && body.querySelector(`[data-act="${what}"][data-value="${CSS.escape(value)}"]`);
    const target = again || body.querySelector("h4");
    if (target && !target.matches("input, button")) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
    // What there is to know now is said to those who do not see it.
    news.textContent = what === "tick" || what === "answer" ? body.querySelector(".mw-count")?.textContent || "" : standing(what);
  }

  function standing(what) {
    const [mine, waits] = ["mine", "waits"].map((one) => body.querySelector(`.mw-sessions [data-${one}]`));
    const session = (what === "choose" && waits) || mine || waits;
    const said = [session !== waits || !session ? body.querySelector("h4") : null, ...(session?.querySelectorAll("b, div > small:last-child") || [])];
    return [...new Set(said.map((one) => one?.textContent).filter(Boolean))].join(". ");
  }

  function act(control) {
    const was = control.checked;
    const data = (DATA[control.dataset.act] || (() => ({})))(control);
    waiting += 1;
    last = last.then(async () => {
      waiting -= 1;
      const told = await send(control.dataset.act, data);
      if (told && !waiting) put(told.html, control);
      else if (!told && control.type === "checkbox") control.checked = !was;
    });
  }

  body.addEventListener("change", (event) => {
    if (event.target.matches("input[data-act]")) act(event.target);
  });
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button) act(button);
  });
}
