// <form data-guard>: leaving the page with unsent changes asks first. A script that sends them itself says so with a "saved"
// event; a form that opens another window leaves the page as it is.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = form.dataset.guard === "changed";
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && !event.submitter?.formTarget) changed = false;
  });
  form.addEventListener("saved", (event) => { changed = event.detail.isDirty; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
