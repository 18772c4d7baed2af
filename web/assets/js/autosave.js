// <form data-autosave>: what is typed is saved by itself, and the page says when. If that does not work, because the network
// is away, the session has ended or somebody else saved, everything stays on the page, which says so and tries again. No
// button leaves the page before it is known that it will be answered. Ctrl+S saves.
const PAUSE = 2_000;
const LONGEST_PAUSE = 15_000;
const TRY_AGAIN = 10_000;
const ORIGINS = ["line_origin", "line_allowance_origin", "allowance_origin"];

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const address = form.getAttribute("action");
  const said = form.querySelector("[data-saved-said]");
  const trouble = form.querySelector("[data-saved-trouble]");
  let isDirty = form.dataset.guard === "changed";
  let since = 0;
  let timer = 0;
  // What is on its way, and what may have arrived without an answer: that is sent again as it was.
  let asking = null;
  let unanswered = null;
  let state = "saved";
  let isLeaving = false;

  function gather() {
    const fields = new URLSearchParams(new FormData(form));
    fields.set("action", "autosave");
    const controls = new Map(ORIGINS.map((name) => [name, [...form.querySelectorAll(`[name="${name}"]`)]]));
    isDirty = false;
    since = 0;
    return { fields, controls };
  }

  function ask(method, body) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.responseType = "document";
      request.timeout = 20_000;
      request.open(method, address);
      request.addEventListener("loadend", () => resolve(request));
      request.send(body);
    });
  }

  function judge(answer) {
    if (answer.status === 0) return "away";
    if (new URL(answer.responseURL).pathname !== address || answer.status === 403) return "signed-out";
    if (answer.status === 409) return "conflict";
    if (answer.response?.querySelector("[data-kept]")) return "saved";
    return answer.response?.querySelector("[data-not-kept]") ? "refused" : "failed";
  }

  async function send() {
    clearTimeout(timer);
    const request = unanswered ?? gather();
    const answer = await ask("POST", request.fields);
    state = judge(answer);
    unanswered = state === "away" ? request : null;
    if (state === "saved") take(answer.response, request);
    // What has no answer yet is sent again as it was; whatever else was not taken is not saved.
    else if (state !== "away") isDirty = true;
    show(answer.response);
    if (state === "saved" && isDirty) plan();
    if (state === "away" || state === "failed") timer = setTimeout(again, TRY_AGAIN);
    return state;
  }

  function save() {
    asking ??= send().finally(() => { asking = null; });
    return asking;
  }

  // Everything that is typed by now.
  async function saveAll() {
    if (asking) await asking;
    if (unanswered) await again();
    return unanswered ? state : again();
  }

  // After the session has ended, another one gives this page a new form token.
  async function again() {
    if (state === "signed-out") {
      const answer = await ask("GET");
      const token = answer.response?.querySelector("form[data-autosave] [name=form_token]")?.value;
      if (answer.status === 0 || !token) {
        state = answer.status === 0 ? "away" : "signed-out";
        show();
        return state;
      }
      for (const field of document.querySelectorAll("[name=form_token]")) field.value = token;
    }
    return save();
  }

  // The page goes on from the version that was just saved.
  function take(page, { controls }) {
    const kept = page.querySelector("[data-kept]");
    for (const name of ["version", "base"]) form.elements.namedItem(name).value = kept.querySelector(`[name="${name}"]`).value;
    for (const [name, fields] of controls) {
      const origins = kept.querySelectorAll(`[name="${name}"]`);
      fields.forEach((field, at) => { field.value = origins[at]?.value ?? ""; });
    }
    const sent = new Set([...controls.values()].flat());
    form.dispatchEvent(new CustomEvent("saved", { detail: { isDirty, sent } }));
    if (isDirty) return;
    for (const part of page.querySelectorAll("[data-live-part]")) {
      const shown = document.querySelector(`[data-live-part="${CSS.escape(part.dataset.livePart)}"]`);
      const isFocused = shown?.contains(document.activeElement);
      const fresh = document.importNode(part, true);
      shown?.replaceWith(fresh);
      if (isFocused) fresh.querySelector("a, button")?.focus();
    }
  }

  function show(page) {
    const kept = page?.querySelector("[data-kept]")?.dataset.kept;
    const problem = page?.querySelector("[data-not-kept]")?.dataset.notKept;
    if (state === "saved") said.textContent = kept;
    else said.textContent = state === "refused" ? said.dataset.notYet.replace("#", problem) : "";
    trouble.hidden = state === "saved" || state === "refused";
    for (const part of trouble.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
  }

  function plan() {
    clearTimeout(timer);
    since ||= Date.now();
    // Who has to look at another version first is not asked again by every letter.
    if (state === "conflict") return;
    timer = setTimeout(again, Math.max(0, Math.min(PAUSE, since + LONGEST_PAUSE - Date.now())));
  }

  form.addEventListener("input", () => {
    isDirty = true;
    if (state === "saved" || state === "refused") said.textContent = "";
    plan();
  });

  // Before the other listeners, which see by it that nothing leaves yet.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (isLeaving || button?.formTarget) return;
    event.preventDefault();
    const outcome = await saveAll();
    if (outcome === "saved" && (button?.value ?? "save") === "save") {
      // A page that says what was wrong is done with.
      if (document.querySelector("[data-error-summary]")) location.assign(address);
    } else if (["saved", "refused", "conflict"].includes(outcome)) {
      isLeaving = true;
      form.requestSubmit(button);
      isLeaving = false;
    }
  }, { capture: true });

  trouble.querySelector("[data-save-again]").addEventListener("click", again);
  const isStuck = () => ["away", "signed-out", "failed"].includes(state);
  addEventListener("online", () => { if (isStuck()) again(); });
  addEventListener("focus", () => { if (isStuck()) again(); });

  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  });

  if (isDirty) plan();
}
