// <form data-hash-file> holds a file field and a field named "sha256". The digest is computed here and sent
// first; the file itself stays on the machine unless the person asks for the full check with
// <button name="full" value="yes">.
const LARGEST = 20 * 1024 * 1024;

for (const form of document.querySelectorAll("form[data-hash-file]")) {
  const file = form.querySelector("input[type=file]");
  const digest = form.elements.namedItem("sha256");
  const status = form.querySelector("[data-hash-status]");
  const drop = form.querySelector("[data-drop]");
  const name = file.name;

  async function hash() {
    digest.value = "";
    file.name = name;
    const chosen = file.files[0];
    if (!chosen) { status.textContent = ""; return; }
    if (chosen.size > LARGEST) { status.textContent = status.dataset.tooLarge; return; }
    status.textContent = status.dataset.reading;
    const bytes = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
    digest.value = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
    status.textContent = `${chosen.name}: ${status.dataset.computed}`;
  }

  file.addEventListener("change", hash);
  form.addEventListener("submit", (event) => {
    // A field without a name is not sent.
    if (digest.value && event.submitter?.name !== "full") file.removeAttribute("name");
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop?.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.toggleAttribute("data-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length > 0) {
        file.files = event.dataTransfer.files;
        hash();
      }
    });
  }
}
