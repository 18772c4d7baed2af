// [data-lines]: what was copied from a spreadsheet and is pasted into a field becomes rows (lines.js puts them in). A single
// cell, and anything that is pasted where text has several lines, is text like any other.
for (const list of document.querySelectorAll("[data-lines]")) {
  list.addEventListener("paste", (event) => {
    if (!event.target.matches("input[name], select[name]")) return;
    const rows = table(event.clipboardData.getData("text/plain"));
    if (rows.length === 0 || (rows.length === 1 && rows[0].length === 1)) return;
    event.preventDefault();
    event.target.dispatchEvent(new CustomEvent("rows", { bubbles: true, detail: rows }));
  });
}

// The cells between tabs, row by row. In quotes stand cells with tabs, quotes or several lines.
function table(text) {
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows.at(-1);
    const cell = row.length - 1;
    if (isQuoted) {
      if (sign !== '"') row[cell] += sign;
      else if (text[at + 1] === '"') { row[cell] += sign; at += 1; }
      else isQuoted = false;
    } else if (sign === '"' && row[cell] === "" && closes(text, at)) isQuoted = true;
    else if (sign === "\t") row.push("");
    else if (sign === "\n") rows.push([""]);
    else if (sign !== "\r") row[cell] += sign;
  }
  return rows.filter((row) => row.some((cell) => cell.trim() !== ""));
}

// Whether a quote at this place is closed before a tab, a line's end or the end: inches are no quotes.
function closes(text, at) {
  return /^"(?:[^"]|"")*"(?:[\t\r\n]|$)/.test(text.slice(at));
}
