// [data-error-summary]: after a refused form the summary is what the person reads first.
document.querySelector("[data-error-summary]")?.focus();
