// [data-lines]: lines as in a spreadsheet. Enter goes to the same field of the next line, and in the last line adds one;
// Alt with an arrow moves the line. [data-line] buttons remove, duplicate and move. What was done last can be undone. A
// "rows" event puts in what was pasted (paste.js). Without the script the buttons ask the server, and Enter saves.
const COLUMNS = ["item_name", "quantity", "unit", "unit_price", "vat"];
// A new line is a piece, as on the server.
const PIECE = "C62";
// As many as the editor takes.
const MOST = 500;

for (const list of document.querySelectorAll("[data-lines]")) {
  const form = list.closest("form");
  const said = form.querySelector("[data-lines-said]");
  const words = said.querySelector("[data-lines-words]");
  const undo = said.querySelector("[data-lines-undo]");
  const exempt = form.querySelector("[data-when-exempt]");
  // The lines and fields as they were before what can be undone.
  let before = null;

  form.querySelector("[data-lines-hint]").hidden = false;

  const rows = () => [...list.children];
  const rowOf = (element) => element.closest("[data-lines] > li");
  const field = (row, name) => row.querySelector(`[name="${CSS.escape(name)}"]`);
  const controls = (row) => [...row.querySelectorAll("[name]:not(button)")];
  const isEmpty = (row) => ["item_name", "description", "quantity", "unit_price"].every((name) => !field(row, name).value.trim());

  function say(key, number) {
    words.textContent = key ? said.dataset[key].replace("#", number) : "";
  }

  // Names, labels and buttons count the lines, and over all lines their discounts.
  function renumber() {
    let part = 0;
    const count = (element, number) => {
      for (const name of ["id", "for", "aria-describedby", "value"]) {
        if (name === "value" && element.name !== "action") continue;
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(/-\d+$/, `-${number}`));
      }
    };
    rows().forEach((row, at) => {
      for (const element of row.querySelectorAll("[id], [for], button")) {
        if (!element.closest(".adjustment")) count(element, at + 1);
      }
      for (const adjustment of row.querySelectorAll(".adjustment")) {
        part += 1;
        for (const element of adjustment.querySelectorAll("[id], [for], button")) count(element, part);
        field(adjustment, "line_allowance_line").value = at + 1;
      }
      for (const element of row.querySelectorAll("[data-says]")) {
        const text = list.dataset[element.dataset.says].replace("#", at + 1);
        if (element.localName === "label") element.textContent = text;
        else element.setAttribute("aria-label", text);
      }
    });
  }

  function changed() {
    renumber();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // Does something that can be undone; `set` changes a field.
  function change(act) {
    const order = rows();
    const fields = [];
    act((control, value) => {
      fields.push([control, control.value]);
      control.value = value;
    });
    before = { order, fields: fields.map(([control, was]) => [control, was, control.value]) };
    undo.hidden = false;
    changed();
  }

  function forget() {
    before = null;
    undo.hidden = true;
    say();
  }

  undo.addEventListener("click", () => {
    const now = rows();
    const back = before.order.find((row) => !now.includes(row)) ?? before.order[0];
    list.replaceChildren(...before.order);
    // What was typed since stays.
    for (const [control, was, became] of before.fields) if (control.value === became) control.value = was;
    forget();
    say("undone");
    changed();
    field(back, "item_name").focus();
  });

  // Of a line that waits for an undo, the server knows no place any more once the draft is saved without it.
  form.addEventListener("saved", (event) => {
    for (const row of before?.order ?? []) {
      const origin = field(row, "line_origin");
      if (list.contains(row) || event.detail.sent.has(origin)) continue;
      forgetOrigins(row);
    }
  });

  function forgetOrigins(row) {
    for (const control of controls(row).filter((control) => control.name.endsWith("_origin"))) {
      // That of a product is true of any line.
      if (!control.value.startsWith("product:")) control.value = "";
    }
  }

  function blank(vat) {
    const row = list.firstElementChild.cloneNode(true);
    for (const part of row.querySelectorAll(".adjustment, .line-error")) part.remove();
    for (const control of controls(row)) {
      control.value = "";
      for (const name of ["aria-invalid", "aria-describedby", "autofocus"]) control.removeAttribute(name);
    }
    field(row, "unit").value = PIECE;
    field(row, "vat").value = vat;
    return row;
  }

  function add() {
    if (list.children.length >= MOST) return say("tooMany", MOST);
    const row = blank(field(list.lastElementChild, "vat").value);
    list.append(row);
    forget();
    changed();
    field(row, "item_name").focus();
  }

  function remove(row) {
    const number = rows().indexOf(row) + 1;
    const next = row.nextElementSibling ?? row.previousElementSibling ?? blank("");
    change(() => {
      if (!list.contains(next)) list.append(next);
      row.remove();
    });
    say("removed", number);
    field(next, "item_name").focus();
  }

  function duplicate(row) {
    if (list.children.length >= MOST) return say("tooMany", MOST);
    const copy = row.cloneNode(true);
    const values = controls(row).map((control) => control.value);
    controls(copy).forEach((control, at) => { control.value = values[at]; });
    forgetOrigins(copy);
    change(() => row.after(copy));
    say("duplicated", rows().indexOf(row) + 1);
    field(copy, "item_name").focus();
  }

  function move(row, isDown, focused) {
    const other = isDown ? row.nextElementSibling : row.previousElementSibling;
    if (!other) return;
    change(() => { if (isDown) other.after(row); else other.before(row); });
    say("moved", rows().indexOf(row) + 1);
    focused.focus();
  }

  // A number without its currency; what is no number stays, and the server says so.
  function number(text) {
    const digits = text.replace(/[^\d.,\-\u2212\s]/g, "").trim();
    return /\d/.test(digits) ? digits : text.trim();
  }

  function option(select, texts) {
    const wanted = texts.map((text) => text.trim().toLowerCase());
    const fits = (option) => option.value && [option.value, option.textContent].some((text) => wanted.includes(text.trim().toLowerCase()));
    return [...select.options].find(fits)?.value;
  }

  // 19, 19 % and 0.19 are the same rate.
  function rate(text) {
    const found = /^\s*(\d+(?:[.,]\d+)?)\s*%?\s*$/.exec(text);
    if (!found) return text;
    const value = Number(found[1].replace(",", "."));
    return `S:${Math.round((value < 1 && !text.includes("%") ? value * 100 : value) * 100) / 100}`;
  }

  // Puts cells into a line; gives how many of them were not understood.
  function fill(row, cells, first, set) {
    let unknown = 0;
    cells.forEach((text, at) => {
      const name = COLUMNS[first + at];
      if (!name || !text.trim()) return;
      const control = field(row, name);
      if (name === "item_name") {
        const [item, ...rest] = text.trim().split(/\r?\n/);
        set(control, item);
        if (rest.length > 0) set(field(row, "description"), rest.join("\n"));
      } else if (control.localName === "select") {
        const value = option(control, name === "vat" ? [text, rate(text)] : [text]);
        control.toggleAttribute("data-unknown", value === undefined);
        if (value === undefined) unknown += 1;
        set(control, value ?? (name === "vat" ? "" : control.value));
      } else {
        set(control, number(text));
      }
    });
    return unknown;
  }

  // Rows of a spreadsheet, from this field on: in the first column they are put in as lines, in another they go down.
  list.addEventListener("rows", (event) => {
    const first = Math.max(COLUMNS.indexOf(event.target.name), 0);
    const pasted = event.detail;
    if (list.children.length + pasted.length > MOST) return say("tooMany", MOST);
    let [here, unknown] = [rowOf(event.target), 0];
    change((set) => {
      pasted.forEach((cells, at) => {
        const isFree = at === 0 && (first > 0 || isEmpty(here));
        let row = isFree ? here : first > 0 && here.nextElementSibling;
        if (!row) {
          row = blank(field(here, "vat").value);
          here.after(row);
        }
        unknown += fill(row, cells, first, set);
        here = row;
      });
    });
    say(unknown > 0 ? "unknown" : "pasted", unknown > 0 ? unknown : pasted.length);
    field(here, COLUMNS[first]).focus();
  });

  list.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.isComposing || !target.matches("[name]:not(button)")) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown") && target.localName !== "select") {
      event.preventDefault();
      move(rowOf(target), event.key === "ArrowDown", target);
    } else if (event.key === "Enter" && target.matches("input")) {
      event.preventDefault();
      const below = rowOf(target).nextElementSibling;
      if (below && field(below, target.name)) field(below, target.name).focus();
      else add();
    }
  });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    event.preventDefault();
    const row = rowOf(button);
    if (button.dataset.line === "remove") remove(row);
    else if (button.dataset.line === "duplicate") duplicate(row);
    else move(row, button.dataset.line === "down", button);
  });

  list.addEventListener("change", (event) => event.target.removeAttribute("data-unknown"));

  document.getElementById(list.dataset.lines).addEventListener("click", (event) => {
    // Without any line there is none to begin with: the server makes it.
    if (list.children.length === 0) return;
    event.preventDefault();
    add();
  });

  form.addEventListener("input", () => {
    const isExempt = [...form.querySelectorAll("[name=vat]")].some((vat) => vat.value.startsWith("E:"));
    if (exempt) exempt.hidden = !isExempt && !field(exempt, "exemption_reason").value;
  });
}
