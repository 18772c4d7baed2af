// <button data-copy="id of the element whose text is copied">; the button says so for two seconds.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      // Refused or not there: select the text instead, so that one keystroke copies it.
      getSelection().selectAllChildren(source);
      return;
    }
    button.dataset.done = "";
    setTimeout(() => delete button.dataset.done, 2000);
  });
}
document.documentElement.dataset.script = "";
