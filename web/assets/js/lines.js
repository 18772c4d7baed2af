// [data-lines]: Enter goes to the same field of the next line, and in the last line asks for a new one, as in a
// spreadsheet. Without the script Enter saves.
for (const list of document.querySelectorAll("[data-lines]")) {
  list.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("input[name]")) return;
    const below = field.closest("li")?.nextElementSibling?.querySelector(`input[name="${CSS.escape(field.name)}"]`);
    event.preventDefault();
    if (below) below.focus();
    else document.getElementById(list.dataset.lines).click();
  });
}
