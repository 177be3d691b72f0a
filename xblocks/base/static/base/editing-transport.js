/* Shared pieces of Studio editors: talking to the block's handlers. */
(function () {
  'use strict';

  const editing = window.Microunits.editing;

  /** Why nothing came back: reason is "offline", "signed_out", "refused" or "server_error". */
  class Failure extends Error {
    constructor(reason, message) {
      super(message || reason);
      this.reason = reason;
    }
  }
  editing.Failure = Failure;

  function token() {
    const found = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie);
    const field = document.querySelector('input[name=csrfmiddlewaretoken]');
    return found ? decodeURIComponent(found[1]) : field ? field.value : '';
  }

  /** Sends JSON, gives the JSON that comes back; throws a Failure when none does. */
  editing.post = async function (url, data) {
    let response;
    try {
      response = await fetch(url, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token() },
        body: JSON.stringify(data),
      });
    } catch {
      throw new Failure('offline');
    }
    const json = (response.headers.get('Content-Type') || '').includes('application/json');
    const answer = json ? await response.json().catch(() => null) : null;
    if (answer && response.ok) {
      return answer;
    }
    if (answer && answer.error) {
      throw new Failure('refused', answer.message);
    }
    // A session that ended shows as a refusal without our JSON, or as a sign-in page in the place of an answer.
    const signedOut = response.redirected || response.ok || [401, 403].includes(response.status);
    throw new Failure(signedOut ? 'signed_out' : 'server_error');
  };
})();
