/* The learner's page of a micro-quiz. The server renders every state; this sends what was done and shows what came back. */
function MicroQuizBlock(runtime, element) {
  "use strict";
  const root = (element.querySelector ? element : element[0]).querySelector(".mu");
  const list = root.querySelector(".mu-qs");
  const one = root.dataset.mode === "one";
  const atEnd = root.dataset.feedback === "end";
  const since = new Map();
  const unsaved = new Set();
  const asked = new Set();
  let busy = null;

  const all = (selector, within) => Array.from((within || root).querySelectorAll(selector));
  const questions = () => all(".mu-q");
  const nameOf = (item) => item.dataset.q;
  const current = () => list.querySelector("[data-current]");

  // --- What the learner filled in

  const READERS = {
    single: (form) => ({ choice: form.querySelector("[name=c]:checked")?.value }),
    multiple: (form) => ({ choices: all("[name=c]:checked", form).map((box) => box.value) }),
    truefalse: (form) => {
      const box = form.querySelector("[name=c]:checked");
      return { value: box ? box.value === "true" : null };
    },
    shorttext: (form) => ({ text: form.elements.t.value }),
    number: (form) => ({ text: form.elements.t.value }),
    ordering: (form) => ({ order: all("[data-item]", form).map((line) => line.dataset.item) }),
    matching: (form) => ({ pairs: fields("select", form) }),
    cloze: (form) => ({ gaps: fields(".mu-gap", form) }),
    flashcard: (form) => ({ rating: form.querySelector("[aria-pressed=true]")?.value }),
  };

  function fields(selector, form) {
    return Object.fromEntries(all(selector, form).map((field) => [field.name, field.value]));
  }

  function given(item) {
    const form = item.querySelector("form");
    return {
      question: nameOf(item),
      response: READERS[item.dataset.type](form),
      attempt: Number(item.dataset.try),
      confidence: form.querySelector("[name=sure]:checked")?.value,
      elapsed_ms: since.has(nameOf(item)) ? Math.round(performance.now() - since.get(nameOf(item))) : null,
    };
  }

  // --- Talking to the server

  // One request at a time: another question's waits for its turn, a second press on the same one is not sent at all.
  async function send(handler, data, say, waits) {
    if (asked.has(data.question) && !waits) return null;
    asked.add(data.question);
    while (busy) await busy;
    let done;
    busy = new Promise((resolve) => (done = resolve));
    root.setAttribute("aria-busy", "true");
    say.textContent = "";
    try {
      const reply = await fetch(runtime.handlerUrl(root.closest(".xblock, .xblock-v1") || element, handler), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "" },
        body: JSON.stringify(data),
      });
      const told = await reply.json();
      if (reply.ok) return told;
      say.textContent = told.message || root.dataset.offline;
      say.dataset.error = told.error || "";
    } catch {
      say.textContent = root.dataset.offline;
    } finally {
      busy = null;
      asked.delete(data.question);
      root.removeAttribute("aria-busy");
      done();
    }
    return null;
  }

  // --- Showing what came back

  function put(reply, stay) {
    for (const [name, html] of Object.entries(reply.questions || {})) {
      const old = list.querySelector(`[data-q="${name}"]`);
      const here = old.hasAttribute("data-current");
      old.insertAdjacentHTML("afterend", html);
      const item = old.nextElementSibling;
      item.toggleAttribute("data-current", here);
      old.remove();
      watch(item);
      if (stay) reach(item.querySelector(stay) || item.querySelector(".mu-feedback, .mu-back") || item);
    }
    if (reply.progress) {
      const bar = root.querySelector(".mu-bar");
      bar.setAttribute("aria-valuenow", reply.answered);
      bar.setAttribute("aria-label", reply.progress);
      bar.firstElementChild.style.inlineSize = `${(100 * reply.answered) / reply.total}%`;
      root.querySelector(".mu-count").textContent = reply.progress;
    }
    if ("summary" in reply) root.querySelector(".mu-sum").innerHTML = reply.summary;
    ways();
  }

  function show(item, focus) {
    current()?.removeAttribute("data-current");
    root.toggleAttribute("data-end", !item);
    if (item) item.setAttribute("data-current", "");
    if (focus) reach(item || root.querySelector(".mu-sum"));
    start(item);
    ways();
  }

  // Moves the focus; and the page only where the beginning would not be seen, in whatever frame this is shown.
  function reach(target) {
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    new IntersectionObserver(([entry], observer) => {
      observer.disconnect();
      if (entry.intersectionRect.top > entry.boundingClientRect.top || entry.intersectionRatio < 0.5) target.scrollIntoView();
    }).observe(target);
  }

  function ways() {
    if (!one) return;
    const items = questions();
    const place = items.indexOf(current());
    const back = root.querySelector('[data-go="-1"]');
    const on = root.querySelector('[data-go="1"]');
    back.disabled = place === 0;
    on.hidden = place < 0 || (place === items.length - 1 && !root.querySelector(".mu-sum").innerHTML);
    on.classList.toggle("mu-go", /right|saved|answered/.test(current()?.dataset.standing || ""));
  }

  function go(step) {
    const items = questions();
    const place = items.indexOf(current());
    show(place < 0 ? items[items.length - 1] : items[place + step] || null, true);
  }

  function start(item) {
    if (item && !since.has(nameOf(item))) since.set(nameOf(item), performance.now());
  }

  function watch(item) {
    if (!one) seen?.observe(item);
  }

  // Time runs from when a question is first seen.
  const seen =
    !one && "IntersectionObserver" in window
      ? new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && start(entry.target)))
      : null;

  // --- What the learner does

  async function answer(item) {
    const reply = await send("answer", given(item), item.querySelector(".mu-say"));
    if (!reply) return;
    since.delete(nameOf(item));
    start(item);
    put(reply, ".mu-feedback");
  }

  // With feedback at the end an answer is kept as soon as it is there, so that nothing is lost.
  async function save(item) {
    if (!filled(item)) return;
    unsaved.add(item);
    const reply = await send("answer", given(item), item.querySelector(".mu-say"), true);
    if (!reply) return;
    unsaved.delete(item);
    item.dataset.standing = "saved";
    put(reply);
  }

  function filled(item) {
    if (item.dataset.type === "ordering") return unsaved.has(item) || item.dataset.standing === "saved";
    const value = Object.values(READERS[item.dataset.type](item.querySelector("form")))[0];
    return typeof value === "object" && value ? Object.values(value).some(Boolean) : ![undefined, null, ""].includes(value);
  }

  async function finish() {
    const responses = {};
    for (const item of questions()) {
      const { question, ...rest } = given(item);
      // Things to put in order are always in some order.
      if (filled(item) || item.dataset.type === "ordering") responses[question] = rest;
    }
    const say = root.querySelector(".mu-all");
    const reply = await send("finish", { responses, anyway: say.dataset.error === "open_questions" }, say, true);
    if (!reply) return;
    delete say.dataset.error;
    put(reply);
    if (!root.querySelector(".mu-q :enabled")) root.querySelector("[data-do=finish]")?.remove();
    show(null, true);
  }

  const DEEDS = {
    finish,
    turn: async (item) => {
      const reply = await send("turn", { question: nameOf(item) }, item.querySelector(".mu-say"));
      if (reply) put(reply, ".mu-back");
    },
    hint: async (item, button) => {
      const reply = await send("hint", { question: nameOf(item) }, item.querySelector(".mu-say"));
      if (!reply) return;
      const hints = item.querySelector(".mu-hints");
      hints.innerHTML = new DOMParser().parseFromString(reply.hints, "text/html").querySelector("ul").innerHTML;
      if (!reply.left) button.remove();
      hints.lastElementChild.tabIndex = -1;
      hints.lastElementChild.focus();
    },
  };

  // A mark says how it was; what has changed since has none.
  function forget(sign) {
    if (sign?.matches(".mu-sign")) sign.remove();
  }

  function move(line, step) {
    const order = line.parentNode;
    const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    if (!other) return;
    order.insertBefore(step < 0 ? line : other, step < 0 ? other : line);
    order.nextElementSibling.textContent = `${all("li", order).indexOf(line) + 1} / ${order.children.length}`;
    unsaved.add(line.closest(".mu-q"));
    all(".mu-sign", order).forEach(forget);
  }

  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const item = event.target.closest(".mu-q");
    if (!atEnd && item.dataset.type !== "flashcard") answer(item);
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button, a[data-see]");
    if (!button) return;
    const item = button.closest(".mu-q");
    const data = button.dataset;
    if (data.see) {
      event.preventDefault();
      const target = list.querySelector(`[data-q="${data.see}"]`);
      show(target, true);
      target.scrollIntoView({ block: "start" });
    } else if (data.go) {
      const here = current();
      // Who goes on from an order that may be right as it stands has answered; who never came by has not.
      if (data.go > 0 && here?.matches("[data-type=ordering][data-standing=open]:has(:enabled)")) unsaved.add(here);
      if (atEnd && unsaved.has(here)) save(here);
      go(Number(data.go));
    } else if (data.move) {
      move(button.closest("[data-item]"), Number(data.move));
      button.focus();
      if (atEnd) save(item);
    } else if (button.name === "r") {
      all("[name=r]", item).forEach((other) => other.setAttribute("aria-pressed", other === button));
      (atEnd ? save : answer)(item);
    } else if (data.do && (event.detail < 2 || data.do !== "finish")) {
      // A double click is not yet the second press that hands in open questions too.
      DEEDS[data.do](item, button);
    }
  });

  root.addEventListener("change", (event) => {
    forget(event.target.nextElementSibling);
    if (atEnd) save(event.target.closest(".mu-q"));
  });

  // --- Ordering by pointer; the arrows do the same for everybody

  root.addEventListener("pointerdown", (event) => {
    const line = event.target.closest("[data-item]");
    const grabbed = event.pointerType === "mouse" ? line : event.target.closest(".mu-grip");
    if (!line || !grabbed || event.target.closest("button, a") || line.closest("fieldset").disabled) return;
    event.preventDefault();
    // The list keeps the pointer: a line that moves within the page would lose it.
    const order = line.parentNode;
    order.setPointerCapture(event.pointerId);
    line.classList.add("mu-held");
    // Or else a browser may take a quick drag for a swipe, and the next tap for the end of it.
    const still = (moved) => moved.preventDefault();
    order.addEventListener("touchmove", still, { passive: false });
    const drag = (moved) => {
      const before = line.previousElementSibling?.getBoundingClientRect();
      const after = line.nextElementSibling?.getBoundingClientRect();
      const step = before && moved.clientY < before.top + before.height / 2 ? -1 : after && moved.clientY > after.top + after.height / 2 ? 1 : 0;
      if (!step) return;
      move(line, step);
      drag(moved);
    };
    const drop = () => {
      line.classList.remove("mu-held");
      order.removeEventListener("pointermove", drag);
      order.removeEventListener("touchmove", still);
      if (atEnd) save(order.closest(".mu-q"));
    };
    order.addEventListener("pointermove", drag);
    order.addEventListener("lostpointercapture", drop, { once: true });
  });

  if (one) show(current(), false);
  else questions().forEach(watch);
}
