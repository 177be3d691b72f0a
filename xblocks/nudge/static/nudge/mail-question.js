/* Lets the quiz's own script play a single question: what it sends goes to the address of the link, not to a block. */
(function () {
  "use strict";
  const { deeds } = document.querySelector(".mu").dataset;
  window.MicroQuizBlock({ handlerUrl: (element, deed) => `${deeds}${deed}` }, document.body);
})();
