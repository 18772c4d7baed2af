// <form data-live>: while somebody types, the form is sent to its own address with action=preview, and every
// [data-live-part] of the page is replaced by that of the answer. The browser parses the answer as a document of its own,
// so no text becomes markup here and no script in it runs.
for (const form of document.querySelectorAll("form[data-live]")) {
  let wait = 0;
  let asking = null;

  function ask() {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("action", "preview");
    asking?.abort();
    asking = new XMLHttpRequest();
    asking.responseType = "document";
    // Not form.action: the buttons are named so.
    asking.open("POST", form.getAttribute("action"));
    asking.addEventListener("load", show);
    asking.send(fields);
  }

  function show() {
    if (this !== asking || this.status !== 200) return;
    for (const part of this.response.querySelectorAll("[data-live-part]")) {
      const shown = document.querySelector(`[data-live-part="${CSS.escape(part.dataset.livePart)}"]`);
      shown?.replaceWith(document.importNode(part, true));
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 300);
  });
  const stop = () => {
    clearTimeout(wait);
    asking?.abort();
  };
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) stop(); });
  // What is saved is shown by whoever saved it.
  form.addEventListener("saved", (event) => { if (!event.detail.isDirty) stop(); });
}
