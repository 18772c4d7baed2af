// <form data-languages>: what stands behind # in the address, such as the secret of a link, is not sent and not lost: the
// browser carries it along from the form's own address to the page it is led back to.
for (const form of document.querySelectorAll("form[data-languages]")) {
  form.addEventListener("submit", () => { form.action += location.hash; });
}
