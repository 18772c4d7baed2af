// [data-toast]: what was just done, said once. It leaves after eight seconds, or at once with Escape; it stays
// while the pointer or the keyboard is on it.
for (const toast of document.querySelectorAll("[data-toast]")) {
  let left = setTimeout(() => toast.remove(), 8000);
  toast.addEventListener("pointerenter", () => clearTimeout(left));
  toast.addEventListener("pointerleave", () => { left = setTimeout(() => toast.remove(), 3000); });
  addEventListener("keydown", (event) => { if (event.key === "Escape") toast.remove(); });
}
