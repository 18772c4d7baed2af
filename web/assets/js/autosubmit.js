// <select data-autosubmit> in a GET form: choosing is enough; the button for it is only needed without script.
for (const select of document.querySelectorAll("select[data-autosubmit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
  for (const button of select.form.querySelectorAll("[data-without-script]")) button.hidden = true;
}
