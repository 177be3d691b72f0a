// Says that the clock is moving, which may take a few seconds; without this script it moves all the same.
const form = document.querySelector('.clock');
const said = form.querySelector('.clock-moving');
let isMoving = false;

form.addEventListener('submit', (event) => {
  if (isMoving) {
    event.preventDefault();
    return;
  }
  isMoving = true;
  form.setAttribute('aria-busy', 'true');
  said.textContent = said.dataset.moving;
});

// Back from another page, nothing moves any more.
window.addEventListener('pageshow', () => {
  isMoving = false;
  form.removeAttribute('aria-busy');
});
