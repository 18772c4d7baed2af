// <form data-fragment-secret="field name">: the secret of a link rides in the fragment, which no server and no
// mail scanner sees. It is moved into the form here and sent when the person presses the button, never before.
for (const form of document.querySelectorAll("form[data-fragment-secret]")) {
  const secret = location.hash.slice(1);
  const field = form.elements.namedItem(form.dataset.fragmentSecret);
  if (/^[A-Za-z0-9_-]{43}$/.test(secret)) {
    field.value = secret;
    for (const part of form.querySelectorAll("[data-without-secret]")) part.hidden = true;
    for (const part of form.querySelectorAll("[data-with-secret]")) part.hidden = false;
    // Out of the address bar and the history: a look over the shoulder or a shared screen gets nothing.
    form.addEventListener("submit", () => history.replaceState(null, "", location.pathname), { once: true });
  }
}
