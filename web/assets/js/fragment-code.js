// <form data-fragment-code>: the QR code on the paper carries the code in the fragment. It is typed in for the
// person, who still presses the button.
for (const form of document.querySelectorAll("form[data-fragment-code]")) {
  const code = decodeURIComponent(location.hash.slice(1));
  if (/^[0-9A-Za-z-]{16,24}$/.test(code)) {
    form.elements.namedItem("code").value = code;
    form.querySelector("button").focus();
  }
}
