// <button data-reveal="id of a password field"> shows what was typed, and hides it again.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
  });
  // A password manager should find a password field when the form leaves.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}
