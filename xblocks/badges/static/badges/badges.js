/* The badges of a course. The server renders every state; this celebrates what is new once, and looks again quietly. */
function BadgesBlock(runtime, element) {
  "use strict";
  const host = element.querySelector ? element : element[0];
  const root = host.querySelector(".mb");
  const body = root?.querySelector(".mb-body");
  if (!body || !root.dataset.own) return;
  const say = root.querySelector(".mb-say");
  const HELD_BACK = 10_000;
  const SETTLED = [1500, 6000];
  let version = root.dataset.version;
  let looking = false;
  let looked = performance.now();
  let timers = [];

  async function send(handler, data) {
    try {
      const reply = await fetch(runtime.handlerUrl(host, handler), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": /csrftoken=([^;]+)/.exec(document.cookie)?.[1] || "" },
        body: JSON.stringify(data),
      });
      return reply.ok ? await reply.json() : null;
    } catch {
      // Nothing was asked for by the learner, so there is nothing to complain about: the next look tells.
      return null;
    }
  }

  const fresh = () => [...body.querySelectorAll("[data-new]")];

  // Once it is in sight: a badge below the fold, or in a tab behind, was not shown to anybody yet.
  const sight = new IntersectionObserver((entries) => {
    if (document.hidden || !entries.some((entry) => entry.isIntersecting)) return;
    sight.disconnect();
    celebrate();
  });

  function celebrate() {
    const items = fresh();
    if (!items.length) return;
    items.forEach((item) => {
      item.classList.add("mb-shine");
      item.removeAttribute("data-new");
    });
    // A region that speaks says what changes in it, so it was empty until now.
    say.textContent = root.dataset.said;
    send("celebrated", { awards: items.map((item) => item.dataset.award) });
  }

  function watch() {
    sight.disconnect();
    fresh().forEach((item) => sight.observe(item));
  }

  async function look() {
    if (looking || document.hidden) return;
    looking = true;
    looked = performance.now();
    const told = await send("look", { version });
    looking = false;
    if (!told || told.version === version) return;
    ({ version } = told);
    root.dataset.said = told.said || "";
    // Who reads or tabs through it keeps their place.
    const links = () => [...body.querySelectorAll("a, summary")];
    const place = links().indexOf(document.activeElement);
    const open = [...body.querySelectorAll("details")].map((fold) => fold.open);
    body.innerHTML = told.html;
    body.querySelectorAll("details").forEach((fold, index) => (fold.open = Boolean(open[index])));
    if (place >= 0) links()[Math.min(place, links().length - 1)]?.focus({ preventScroll: true });
    watch();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    watch();
    if (performance.now() - looked > HELD_BACK) look();
  });
  window.addEventListener("pageshow", (event) => event.persisted && look());

  // An answer to another block of this page is a request to one of its handlers; what follows from it takes a moment.
  const observer = window.PerformanceObserver && new PerformanceObserver((list) => {
    const isDeed = ({ name }) => /\/handler\/(answer|finish|publish_completion|xmodule_handler\/problem_check)/.test(name);
    if (!list.getEntries().some(isDeed)) return;
    timers.forEach(clearTimeout);
    timers = SETTLED.map((wait) => setTimeout(look, wait));
  });
  observer?.observe({ type: "resource" });

  watch();
}
