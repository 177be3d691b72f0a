/* global MicroQuizBlock */
/* Practising: begins and ends sessions, and keeps wishes in place. The questions are microquiz.js's. Without this script
   the forms and links here lead to pages that do the same. */
function NudgeBlock(runtime, element) {
  "use strict";
  const root = (element.querySelector ? element : element[0]).querySelector(".mn");
  const room = root?.querySelector(".mn-room");
  if (!room) return;
  let busy = false;

  const overview = () => root.querySelector(".mn-overview");

  // A session's ticket travels with everything that the quiz's script sends.
  function begin() {
    const practice = room.querySelector(".mn-practice");
    if (!practice) return;
    const query = `s=${encodeURIComponent(practice.dataset.ticket)}`;
    new MicroQuizBlock({ handlerUrl: (_, name) => runtime.handlerUrl(element, name, "", query) }, room);
  }

  async function send(handler, data, say) {
    if (busy) return null;
    busy = true;
    root.setAttribute("aria-busy", "true");
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
      busy = false;
      root.removeAttribute("aria-busy");
    }
    return null;
  }

  function reach(target) {
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    if (root.getBoundingClientRect().top < 0) root.scrollIntoView();
  }

  function put(told) {
    if (told.overview) {
      overview().outerHTML = told.overview;
      device();
    }
    room.innerHTML = told.html || "";
    overview().hidden = Boolean(told.html);
    begin();
    reach((told.html ? room : overview()).querySelector("h1, h2, h3"));
  }

  const DEEDS = {
    practise: async (data, say) => {
      const told = await send("practise", data, say);
      if (told) put(told);
    },
    overview: async (_, say) => {
      const told = await send("overview", {}, say);
      if (told) put(told);
    },
    wishes: async (data, say, form) => {
      const told = await send("wishes", data, say);
      if (!told) return;
      const fold = form.closest("details");
      form.outerHTML = told.html;
      fold.querySelector("summary small").textContent = told.said;
      device();
      reach(fold.querySelector(".mn-said"));
    },
  };

  function filled(form, submitter) {
    const data = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "days") (data.days = data.days || []).push(value);
      else data[name] = value;
    }
    if (form.elements.days) data.days = data.days || [];
    if (submitter?.name) data[submitter.name] = submitter.value;
    return data;
  }

  // Only the device knows where it is.
  function device() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    root.querySelectorAll("[data-device]").forEach((list) => {
      if (!zone || [...list.options].some((option) => option.value === zone)) return;
      list.add(new Option(list.dataset.device.replace("%(zone)s", zone.replaceAll("_", " ")), zone));
    });
  }

  const sayIn = (place) => (place.closest("section") || root).querySelector(":scope > .mu-say") || root.querySelector(".mu-say");

  if (runtime.isPage) {
    device();
    begin();
    return;
  }

  root.addEventListener("submit", (event) => {
    const { mn } = event.target.dataset;
    if (!mn) return;
    event.preventDefault();
    DEEDS[mn](filled(event.target, event.submitter), sayIn(event.target), event.target);
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-mn]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    DEEDS[link.dataset.mn]({}, sayIn(link));
  });

  device();
}

/* On a page of our own there is no runtime: the page says where answers go, and its forms and links lead on. */
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-mn-page]").forEach((page) => {
    const handlerUrl = (_, name, suffix, query) => `${page.dataset.mnPage}${name}/?${query}`;
    NudgeBlock({ isPage: true, handlerUrl }, page);
  });
});
