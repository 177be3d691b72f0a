/* Sharing on a learner's page of a reflection: who can read it, what others shared, and buddies. */
function ReflectionSharing(page) {
  "use strict";
  const { root, texts, post, whileHeld, say } = page;
  const one = (selector) => root.querySelector(selector);

  /* Puts what the server says of a part of the page in its place; what is open there stays open. */
  function show(reply) {
    root.querySelectorAll("[data-region]").forEach((region) => {
      const html = reply[region.dataset.region];
      if (html === undefined) return;
      const fold = region.querySelector(":scope > details");
      const wasOpen = Boolean(fold && fold.open);
      region.innerHTML = html;
      const now = region.querySelector(":scope > details");
      if (now) now.open = wasOpen;
    });
  }

  const deed = (name, message, then) =>
    whileHeld(async () => {
      say("");
      then(await post(name, message));
    });
  const toBuddy = (reply) => {
    show(reply);
    const fold = one(".mr-buddy > details");
    if (!fold) return;
    fold.open = true;
    const next = fold.querySelector("[data-code-own]") || fold.querySelector("summary");
    next.focus();
  };
  const put = (fold, html) => {
    fold.lastElementChild.innerHTML = html;
  };

  function choose() {
    const box = one(".mr-privacy");
    const buddy = box.querySelector("[name=buddy]");
    const message = {
      level: box.querySelector("[type=radio]:checked").value,
      group: box.dataset.group,
      buddy: buddy && buddy.checked ? buddy.dataset.pair : "",
    };
    deed("share", message, (reply) => {
      show(reply);
      one(".mr-who").focus();
    });
  }
  function react(button) {
    const fold = button.closest("[data-other]");
    const area = fold.querySelector("textarea");
    const message = { key: Number(button.dataset.value), text: button.dataset.sign ? "" : area.value, sign: button.dataset.sign };
    const begun = button.dataset.sign ? area.value : "";
    deed("react", message, (reply) => {
      put(fold, reply.html);
      fold.querySelector("textarea").value = begun;
      fold.querySelector("summary").focus();
    });
  }
  function remove(button) {
    if (!window.confirm(texts.sure_to_remove)) return;
    const gone = button.closest("[data-remark]");
    deed("remove", { number: Number(button.dataset.value) }, () => {
      const list = gone.parentElement;
      gone.remove();
      if (list.matches(".mr-remarks") && !list.querySelector("[data-remark]")) list.remove();
      one(".mr-after").focus();
    });
  }
  const ACTS = {
    share: choose,
    react,
    remove,
    invite: () => deed("invite", {}, toBuddy),
    withdraw: () => deed("withdraw", {}, toBuddy),
    end: () => window.confirm(texts.sure_to_end) && deed("end", {}, toBuddy),
    accept: (button) => deed("accept", { code: button.dataset.value }, toBuddy),
    who: () =>
      deed("who", { code: one("[data-code]").value }, (reply) => {
        one(".mr-inviter").innerHTML = reply.html;
        one(".mr-inviter button").focus();
      }),
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-share]");
    if (button) ACTS[button.dataset.share](button);
  });
  /* What others wrote is fetched when it is opened, each time anew: they may have taken it back. */
  root.addEventListener(
    "toggle",
    (event) => {
      const fold = event.target.closest("[data-other]");
      if (!fold || event.target !== fold) return;
      if (!fold.open) {
        put(fold, "");
        return;
      }
      deed("other", { key: Number(fold.dataset.other) }, (reply) => put(fold, reply.html));
    },
    true,
  );
  return { show };
}
