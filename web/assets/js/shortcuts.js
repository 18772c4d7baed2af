// Keys: "/" puts the cursor into [data-search], "n" follows [data-new], "g" then a letter follows
// [data-go="letter"], "?" opens [data-shortcuts]. Never while typing, never with a modifier.
let going = -Infinity;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
  if (performance.now() - going < 1500 && /^[a-z]$/.test(event.key)) {
    going = -Infinity;
    follow(event, document.querySelector(`[data-go="${event.key}"]`));
  } else if (event.key === "g") {
    going = performance.now();
  } else if (event.key === "n") {
    follow(event, document.querySelector("[data-new]"));
  } else if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "?") {
    const help = document.querySelector("dialog[data-shortcuts]");
    if (help) { event.preventDefault(); help.showModal(); }
  }
});

function follow(event, link) {
  if (link) { event.preventDefault(); link.click(); }
}
