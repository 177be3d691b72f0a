/* global ReflectionSharing */
/* A learner's page of a reflection: saves while they write, and loses nothing (see drafting.py for the protocol). */
function ReflectionBlock(runtime, element) {
  "use strict";
  const root = (element.querySelector ? element : element[0]).querySelector(".mr");
  const data = root && root.querySelector(".mr-data");
  if (!data) return;
  const told = JSON.parse(data.textContent);
  const texts = told.texts;
  const all = (selector) => [...root.querySelectorAll(selector)];
  const one = (selector) => root.querySelector(selector);
  const fields = () => all("[data-answer]");
  const PAUSE = 1200;
  const LONGEST_PAUSE = 10000;
  const AGAIN = [2000, 5000, 10000, 30000];

  /* A pen is one line of writing; a turn is one state of its text, by the clock, so that the same turn is the same text
     whoever sends it: this page, or another one that finds what this page left behind. */
  const newPen = () => `p${Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("")}`;
  let pen = newPen();
  let turn = 0;
  let base = told.version;
  let dirty = false;
  let busy = false;
  let clash = null;
  let held = false;
  let failed = 0;
  let isBack = false;
  let refused = false;
  let timer = 0;
  let latest = 0;

  const read = () => Object.fromEntries(fields().map((field) => [field.dataset.answer, field.value]));
  const sent = () => ({ pen, turn, base, answers: read() });
  const nextTurn = () => {
    turn = Math.max(turn + 1, Date.now());
  };

  // --- What is kept in this browser until the server has it

  const place = (name) => `${told.key}:${name}`;
  function keepHere() {
    try {
      localStorage.setItem(place(pen), JSON.stringify(sent()));
      return true;
    } catch {
      return false;
    }
  }
  function letGo(message) {
    try {
      const kept = JSON.parse(localStorage.getItem(place(message.pen)) || "null");
      if (kept && kept.turn <= message.turn) localStorage.removeItem(place(message.pen));
    } catch {
      // A browser that keeps nothing has nothing to let go.
    }
  }
  function leftBehind() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(`${told.key}:`));
      return keys.map((key) => JSON.parse(localStorage.getItem(key))).filter((message) => message && message.answers);
    } catch {
      return [];
    }
  }

  // --- Talking to the server

  class Failure extends Error {
    constructor(reason, message, problems) {
      super(message || texts[reason]);
      this.reason = reason;
      this.problems = problems || [];
    }
  }
  async function post(name, message, last) {
    let reply;
    try {
      reply = await fetch(runtime.handlerUrl(element, name), {
        method: "POST",
        credentials: "same-origin",
        keepalive: Boolean(last),
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json",
          "X-CSRFToken": decodeURIComponent(/(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] || ""),
        },
        body: JSON.stringify(message),
      });
    } catch {
      throw new Failure("offline");
    }
    const isJson = (reply.headers.get("Content-Type") || "").includes("application/json");
    const answer = isJson ? await reply.json().catch(() => null) : null;
    if (answer && reply.ok) return answer;
    if (answer && answer.error === "sign_in") throw new Failure("signed_out");
    if (answer && answer.error && reply.status < 500) {
      throw new Failure("refused", answer.message || (answer.problems[0] || {}).message, answer.problems);
    }
    if (answer && answer.message) throw new Failure("went_wrong", answer.message);
    const isOut = reply.redirected || reply.ok || [401, 403].includes(reply.status);
    throw new Failure(isOut ? "signed_out" : "went_wrong");
  }

  // --- Saving while they write

  function state(text) {
    const shown = one(".mr-state");
    if (shown.textContent !== text) shown.textContent = text;
  }
  function say(text) {
    one(".mr-say").textContent = text;
  }
  function saved() {
    const time = new Date().toLocaleTimeString(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" });
    state(texts.saved.replace("%(time)s", time));
  }
  function schedule(wait) {
    clearTimeout(timer);
    if (!latest) latest = Date.now() + LONGEST_PAUSE;
    timer = setTimeout(flush, Math.max(0, failed ? wait : Math.min(wait, latest - Date.now())));
  }
  async function flush(last) {
    clearTimeout(timer);
    if (!dirty || busy || held) return;
    busy = true;
    latest = 0;
    const message = sent();
    state(texts.saving);
    try {
      hear(await post("keep", message, last === true), message);
    } catch (failure) {
      cannot(failure);
    } finally {
      busy = false;
    }
    if (dirty && !failed && !refused) schedule(PAUSE);
  }
  function hear(reply, message) {
    failed = 0;
    isBack = false;
    say("");
    letGo(message);
    if (message.pen !== pen) return;
    if (reply.base !== null) base = Math.max(base, reply.base);
    if (turn === message.turn) dirty = false;
    if (reply.outcome === "conflict") showClash(reply);
    // What was typed meanwhile is not there yet.
    if (!dirty) saved();
  }
  function cannot(failure) {
    const isKept = keepHere();
    if (failure.reason === "refused") {
      // Sending the same again would not help; what they write next is sent.
      refused = true;
      failed = 0;
      state("");
      say(failure.message);
      return;
    }
    state(isKept ? failure.message : `${failure.message} ${texts.nowhere}`);
    failed += 1;
    schedule(isBack ? 0 : AGAIN[Math.min(failed, AGAIN.length) - 1]);
    isBack = false;
  }

  // --- Two texts

  function showClash(reply) {
    clash = reply.version;
    const box = one(".mr-clash");
    if (box.dataset.version === String(reply.version)) return;
    box.dataset.version = reply.version;
    box.innerHTML = reply.clash;
    box.scrollIntoView({ block: "nearest" });
  }
  function hideClash() {
    clash = null;
    const box = one(".mr-clash");
    box.replaceChildren();
    delete box.dataset.version;
  }
  function load(reply) {
    fields().forEach((field) => {
      field.value = reply.answers[field.dataset.answer] || "";
    });
    pen = newPen();
    turn = 0;
    base = reply.version;
    dirty = false;
    latest = 0;
    hideClash();
    one(".mr-asides").innerHTML = reply.aside;
    count();
  }
  async function whileHeld(deed) {
    if (held) return;
    held = true;
    fields().forEach((field) => (field.readOnly = true));
    all("button").forEach((button) => (button.disabled = true));
    try {
      await waitUntilQuiet();
      await deed();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      say(failure.message);
    } finally {
      held = false;
      fields().forEach((field) => (field.readOnly = false));
      all("button").forEach((button) => (button.disabled = false));
    }
    if (dirty) schedule(PAUSE);
  }
  async function waitUntilQuiet() {
    while (busy) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const choose = (choice) =>
    whileHeld(async () => {
      nextTurn();
      dirty = true;
      keepHere();
      const message = { ...sent(), base: clash, choice };
      const reply = await post("choose", message);
      letGo(message);
      if (reply.outcome === "conflict") {
        showClash(reply);
        return;
      }
      load(reply);
      saved();
      fields()[0].focus();
    });

  // --- Everything else

  const sendFirst = async () => {
    if (!dirty) return;
    const message = sent();
    hear(await post("keep", message), message);
  };
  const handIn = () =>
    whileHeld(async () => {
      nextTurn();
      dirty = true;
      keepHere();
      const { level, group, buddy } = one(".mr-privacy").dataset;
      const message = { ...sent(), level, group, buddy };
      fields().forEach((field) => field.removeAttribute("aria-invalid"));
      const reply = await post("hand_in", message);
      hear(reply, message);
      if (reply.ok) {
        sharing.show(reply);
        one(".mr-after").focus();
        one(".mr-after").scrollIntoView({ block: "nearest" });
        return;
      }
      if (!reply.problems) return;
      say(reply.problems.map((problem) => problem.message).join(" "));
      const paths = reply.problems.map((problem) => problem.path);
      const wrong = fields().filter((field) => paths.includes(field.dataset.answer) || (paths.includes("answers") && field.tagName === "TEXTAREA" && !field.dataset.answer.startsWith("_")));
      wrong.forEach((field) => field.setAttribute("aria-invalid", "true"));
    }).then(() => {
      const wrong = one("[aria-invalid=true]");
      if (wrong) wrong.focus();
    });
  const bringBack = (number) =>
    whileHeld(async () => {
      await sendFirst();
      load(await post("bring_back", { number }));
      saved();
    });
  const takeAlong = (as) =>
    whileHeld(async () => {
      await sendFirst();
      const file = await post("take_along", { as });
      const bytes = Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0));
      const address = URL.createObjectURL(new Blob([bytes], { type: file.type }));
      const link = document.createElement("a");
      link.href = address;
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
    });
  const discard = (number) =>
    whileHeld(async () => {
      one(".mr-asides").innerHTML = (await post("discard", { number })).aside;
    });

  const sharing = ReflectionSharing({ root, texts, post, whileHeld, say });

  const RANGES = "\\u3041-\\u3096\\u30a1-\\u30fa\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const LETTER = `(?![${RANGES}\\u02bc])[\\p{L}\\p{N}]`;
  const REST = `(?:${LETTER}|[\\p{M}\\p{Cf}])*`;
  const WORD = new RegExp(`[${RANGES}]|${LETTER}${REST}(?:['\\u2019\\u02bc\\-\\u2010\\u2011]${LETTER}${REST}|(?<=\\p{N})[.,\\u066b\\u066c](?=\\p{N})${LETTER}${REST})*`, "gu");
  // The rule of word_count.py.
  const wordsIn = (text) => (text.match(WORD) || []).length;
  function count() {
    const number = fields()
      .filter((field) => !field.dataset.answer.startsWith("_"))
      .reduce((sum, field) => sum + wordsIn(field.value), 0);
    one(".mr-count").textContent = number === 1 ? texts.words_one : texts.words_many.replace("%(number)s", number);
  }
  async function look() {
    if (dirty || busy || held || clash !== null || document.hidden) return;
    try {
      const reply = await post("look", { version: base });
      if (reply.answers && !dirty && !held && clash === null) load(reply);
    } catch {
      // It is looked at again when they come back the next time.
    }
  }

  root.addEventListener("input", (event) => {
    if (!event.target.dataset.answer) return;
    nextTurn();
    dirty = true;
    refused = false;
    keepHere();
    count();
    if (failed) return;
    state(texts.saving);
    schedule(PAUSE);
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.do === "hand_in") handIn();
    if (button.dataset.do === "take_along") takeAlong(button.dataset.as);
    if (button.dataset.choose) choose(button.dataset.choose);
    if (button.dataset.bringBack) bringBack(Number(button.dataset.bringBack));
    if (button.dataset.discard && window.confirm(texts.sure_to_discard)) discard(Number(button.dataset.discard));
  });
  window.addEventListener("online", () => {
    // What is on its way was sent before: should it fail, it is not for want of a network now.
    isBack = busy;
    flush();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? flush(true) : dirty ? flush() : look()));
  window.addEventListener("pagehide", () => flush(true));

  /* What an earlier page left behind goes to the server as that page would have sent it; then this one begins. */
  async function begin() {
    const messages = leftBehind();
    for (const message of messages) {
      try {
        await post("keep", message);
        letGo(message);
      } catch (failure) {
        if (failure.reason !== "refused") break;
      }
    }
    if (messages.length) {
      try {
        const reply = await post("look", { version: -1 });
        load(reply);
      } catch {
        // It stays as the server wrote it; what was left behind is tried again next time.
      }
    }
    fields().forEach((field) => (field.readOnly = false));
    all("button").forEach((button) => (button.disabled = false));
    count();
  }
  begin();
}
