/* The nudge block's editor: one field. */
function NudgeEditor(runtime, element) {
  "use strict";
  const root = element.querySelector ? element : element[0];
  const form = root.querySelector(".mn-editor");
  const say = form.querySelector("[role=alert]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    runtime.notify("save", { state: "start" });
    say.textContent = "";
    try {
      const reply = await fetch(runtime.handlerUrl(element, "editor_save"), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "" },
        body: JSON.stringify({ display_name: form.elements.display_name.value }),
      });
      const told = await reply.json();
      if (told.ok) {
        runtime.notify("save", { state: "end" });
        return;
      }
      say.textContent = told.problems ? told.problems[0].message : told.message;
    } catch {
      say.textContent = form.dataset.offline;
    }
    runtime.notify("error", { title: "", message: say.textContent });
  });

  form.querySelector("[type=button]").addEventListener("click", () => runtime.notify("cancel", {}));
}
