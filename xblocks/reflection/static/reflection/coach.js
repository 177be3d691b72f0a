/* Writing back to a learner: what is typed is sent as JSON, and stays in its field until it has arrived. */
(function coach() {
  "use strict";
  const box = document.querySelector(".mrc-write");
  if (!box) return;
  const list = document.querySelector(".mrc-remarks");
  const area = box.querySelector("textarea");
  const send = box.querySelector("[data-do=send]");
  const problem = box.querySelector(".mt-problem");

  function say(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }
  async function post(url, message) {
    say("");
    send.disabled = true;
    try {
      const reply = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": decodeURIComponent(/(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] || ""),
        },
        body: JSON.stringify(message),
      });
      const isJson = (reply.headers.get("Content-Type") || "").includes("application/json");
      const told = isJson ? await reply.json() : null;
      if (told && reply.ok) {
        list.innerHTML = told.html;
        return true;
      }
      const isOut = !told && (reply.redirected || reply.ok || reply.status === 403);
      say((told && told.message) || (isOut ? box.dataset.out : box.dataset.failed));
    } catch {
      say(box.dataset.failed);
    } finally {
      send.disabled = false;
    }
    return false;
  }

  send.addEventListener("click", async () => {
    if (await post(box.dataset.remark, { text: area.value })) {
      area.value = "";
      list.tabIndex = -1;
      list.focus();
    } else area.focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do=remove]");
    if (button && window.confirm(box.dataset.sure)) {
      post(box.dataset.remove, { number: Number(button.dataset.value) }).then(() => area.focus());
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (area.value.trim()) event.preventDefault();
  });
  send.disabled = false;
})();
