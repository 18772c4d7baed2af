// <form data-guard>: leaving the page with unsent changes asks first.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = form.dataset.guard === "changed";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
