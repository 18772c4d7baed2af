//! Two people changed the same draft. What only one of them changed is taken over; where both did, the person chooses.
//! Origins of the merged form are those of the stored draft, so that each line keeps what the editor does not show.

use super::base::{Base, FIELDS, Written, filled, mark, mark_of_rows, plain, written};
use super::rows::Row;
use super::{Editor, adjustments, empty_line, lines};
use crate::Form;
use crate::language::Text;
use crate::ui::t;

/// Something that both changed, each otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::invoices) struct Difference {
    /// What the form sends if theirs is chosen.
    pub(in crate::invoices) key: String,
    /// What it is about.
    pub(in crate::invoices) what: String,
    /// Label, what was typed, what they saved.
    pub(in crate::invoices) cells: Vec<[String; 3]>,
    /// Theirs is chosen already: it would be lost otherwise, and nothing was typed in its place.
    pub(in crate::invoices) is_theirs_first: bool,
}

/// Both in one.
pub(in crate::invoices) struct Merged {
    /// With what was chosen.
    pub(in crate::invoices) form: Form<Editor>,
    /// What is to be chosen.
    pub(in crate::invoices) differences: Vec<Difference>,
    /// What of theirs is taken over without a question, in words.
    pub(in crate::invoices) taken: Vec<String>,
}

/// What was typed and what is stored, in one form of the stored version. `is_theirs` says what was chosen of a difference,
/// `says` what a value is called on the page.
pub(in crate::invoices) fn merge(
    mine: &Form<Editor>,
    theirs: &Form<Editor>,
    is_theirs: impl Fn(&Difference) -> bool,
    says: impl Fn(&str, &str) -> String,
) -> Merged {
    let form = Form::blank().with("version", theirs.value("version")).with("base", theirs.value("base"));
    let form = form.with("product", mine.value("product"));
    let base = Base::parse(mine.value("base"));
    let merged = Merged { form, differences: Vec::new(), taken: Vec::new() };
    let mut desk = Desk { mine, theirs, base, is_theirs, says, merged };
    desk.fields();
    desk.lines();
    desk.allowances();
    desk.merged
}

/// Where the two lie side by side.
struct Desk<'a, C, S> {
    mine: &'a Form<Editor>,
    theirs: &'a Form<Editor>,
    base: Option<Base>,
    is_theirs: C,
    says: S,
    merged: Merged,
}

/// What became of a line of mine on their side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Theirs {
    /// It is this one, and they left it as it was.
    Same(usize),
    /// It is this one, and they changed it.
    Changed(usize),
    /// They took it out.
    Removed,
    /// It was never theirs.
    None,
}

impl<C: Fn(&Difference) -> bool, S: Fn(&str, &str) -> String> Desk<'_, C, S> {
    fn put(&mut self, name: &str, value: &str) {
        let form = std::mem::replace(&mut self.merged.form, Form::blank());
        self.merged.form = form.with(name, value);
    }

    /// Notes a difference; whether theirs is chosen.
    fn differ(&mut self, difference: Difference) -> bool {
        let is_theirs = (self.is_theirs)(&difference);
        self.merged.differences.push(difference);
        is_theirs
    }

    fn take(&mut self, words: &Text) {
        self.merged.taken.push(words.to_string());
    }

    fn label(&self, name: &str) -> String {
        self.mine.label(name)
    }

    fn fields(&mut self) {
        for (at, name) in FIELDS.into_iter().enumerate() {
            let (mine, theirs) = (self.mine.text(name), self.theirs.text(name));
            let base = self.base.as_ref().map(|base| base.fields[at].clone());
            let is_left = |value: &String| base.as_ref() == Some(&mark([value.clone()]));
            // A form without a customer, as that of a credit note, or without a choice of accounts leaves them.
            let is_none = matches!(name, "customer" | "payee") && mine.is_empty();
            let is_theirs = if mine == theirs || is_left(&theirs) && !is_none {
                false
            } else if is_none {
                true
            } else if is_left(&mine) {
                let words = t("conflict-taken-field").with("field", self.label(name));
                self.take(&words);
                true
            } else {
                let cells = vec![[String::new(), (self.says)(name, &mine), (self.says)(name, &theirs)]];
                let what = self.label(name);
                self.differ(Difference { key: name.to_owned(), what, cells, is_theirs_first: false })
            };
            self.put(name, if is_theirs { &theirs } else { &mine });
        }
    }

    fn lines(&mut self) {
        let (mine, theirs) = (written(self.mine), written(self.theirs));
        let (fates, left) = fates(&mine, &theirs, self.base.as_ref());
        let mut count = 0;
        for (line, fate) in mine.iter().zip(&fates) {
            let is_left = self.base_of(line) == Some(&line.mark);
            match *fate {
                Theirs::None => self.push(&mut count, line, line_origin_if_new(line), &[]),
                Theirs::Same(at) => self.push(&mut count, line, &at.to_string(), &line.parts),
                Theirs::Changed(at) if theirs[at].mark == line.mark => {
                    self.push(&mut count, &theirs[at], &at.to_string(), &theirs[at].parts);
                }
                Theirs::Changed(at) if is_left => {
                    self.push(&mut count, &theirs[at], &at.to_string(), &theirs[at].parts);
                    self.take(&t("conflict-taken-line").with("item", name(&theirs[at])));
                }
                Theirs::Changed(at) => {
                    let chosen = if self.differ(self.both(line, &theirs[at])) { &theirs[at] } else { line };
                    self.push(&mut count, chosen, &at.to_string(), &theirs[at].parts);
                }
                Theirs::Removed if is_left => {
                    self.take(&t("conflict-taken-removal").with("item", name(line)));
                }
                Theirs::Removed => {
                    let key = format!("line-{}", line.row.number);
                    let cells = vec![[String::new(), self.summary(line), t("conflict-removed").to_string()]];
                    if !self.differ(Difference { key, what: heading(line), cells, is_theirs_first: false }) {
                        self.push(&mut count, line, "", &[]);
                    }
                }
            }
        }
        for at in left {
            let line = &theirs[at];
            match self.left_over(line, at, &mine) {
                LeftOver::RemovedHere => {}
                LeftOver::Added => {
                    self.push(&mut count, line, &at.to_string(), &line.parts);
                    self.take(&t("conflict-taken-addition").with("item", name(line)));
                }
                LeftOver::Unclear => {
                    let cells = vec![[String::new(), t("conflict-removed").to_string(), self.summary(line)]];
                    let key = format!("theirs-{at}");
                    if self.differ(Difference { key, what: heading(line), cells, is_theirs_first: true }) {
                        self.push(&mut count, line, &at.to_string(), &line.parts);
                    }
                }
            }
        }
        if count == 0 {
            let form = std::mem::replace(&mut self.merged.form, Form::blank());
            self.merged.form = empty_line(form, "");
        }
    }

    /// The mark of the line from which this one came.
    fn base_of(&self, line: &Written) -> Option<&String> {
        self.base.as_ref()?.lines.get(origin(line)?)
    }

    /// A line of theirs that no line of mine came from.
    fn left_over(&self, line: &Written, at: usize, mine: &[Written]) -> LeftOver {
        let Some(base) = &self.base else { return LeftOver::Unclear };
        let kept: Vec<usize> = mine.iter().filter_map(origin).collect();
        let mut removed = base.lines.iter().enumerate().filter(|(from, _)| !kept.contains(from));
        if removed.clone().any(|(_, mark)| *mark == line.mark) {
            LeftOver::RemovedHere
        } else if removed.any(|(from, _)| from == at) {
            LeftOver::Unclear
        } else {
            LeftOver::Added
        }
    }

    /// Puts a line into the form. What a discount of it came from has to be there still: `there` are those of the stored line.
    fn push(&mut self, count: &mut usize, line: &Written, origin: &str, there: &[Row]) {
        *count += 1;
        for (column, cell) in line.row.cells() {
            self.put(column, if column == "line_origin" { origin } else { cell });
        }
        let is_there = |origin: &str| there.iter().any(|row| row.cell("line_allowance_origin") == origin);
        let number = count.to_string();
        for part in &line.parts {
            for (column, cell) in part.cells() {
                let cell = match column {
                    "line_allowance_line" => &number,
                    "line_allowance_origin" if !is_there(cell) => "",
                    _ => cell,
                };
                self.put(column, cell);
            }
        }
    }

    fn allowances(&mut self) {
        let [mine, theirs] = [self.mine, self.theirs].map(|form| filled(form, &adjustments::ALLOWANCES));
        let (of_mine, of_theirs) = (mark_of_rows(&mine), mark_of_rows(&theirs));
        let base = self.base.as_ref().map(|base| &base.allowances);
        let is_theirs = if of_mine == of_theirs {
            true
        } else if base == Some(&of_theirs) {
            false
        } else if base == Some(&of_mine) {
            self.take(&t("conflict-taken-field").with("field", t("draft-adjustments")));
            true
        } else {
            let cells =
                vec![[String::new(), self.parts(&mine, "allowance"), self.parts(&theirs, "allowance")]];
            let (key, what) = ("allowances".to_owned(), t("draft-adjustments").to_string());
            self.differ(Difference { key, what, cells, is_theirs_first: false })
        };
        let is_there = |origin: &str| theirs.iter().any(|row| row.cell("allowance_origin") == origin);
        let chosen = if is_theirs { &theirs } else { &mine };
        for row in chosen {
            for (column, cell) in row.cells() {
                let is_gone = column == "allowance_origin" && !is_there(cell);
                self.put(column, if is_gone { "" } else { cell });
            }
        }
        if chosen.is_empty() {
            let form = std::mem::replace(&mut self.merged.form, Form::blank());
            self.merged.form = adjustments::empty(form);
        }
    }

    /// A line that both changed: the cells that differ.
    fn both(&self, mine: &Written, theirs: &Written) -> Difference {
        let seen = ["item_name", "description", "quantity", "unit", "unit_price", "vat"];
        let differ =
            |column: &&str| plain(column, mine.row.cell(column)) != plain(column, theirs.row.cell(column));
        let say = |column: &str| {
            let value = |line: &Written| (self.says)(column, line.row.cell(column));
            [self.label(column), value(mine), value(theirs)]
        };
        let mut cells: Vec<_> = seen.into_iter().filter(differ).map(say).collect();
        if mark_of_rows(&mine.parts) != mark_of_rows(&theirs.parts) {
            let parts = |line: &Written| self.parts(&line.parts, "line_allowance");
            cells.push([t("field-adjustment").to_string(), parts(mine), parts(theirs)]);
        }
        let key = format!("line-{}", mine.row.number);
        Difference { key, what: heading(mine), cells, is_theirs_first: false }
    }

    /// A whole line in words.
    fn summary(&self, line: &Written) -> String {
        let cell = |column: &str| (self.says)(column, line.row.cell(column));
        let [item, quantity, unit, price] = ["item_name", "quantity", "unit", "unit_price"].map(cell);
        t("conflict-line")
            .with("item", item)
            .with("quantity", quantity)
            .with("unit", unit)
            .with("price", price)
            .to_string()
    }

    /// Discounts and charges in words.
    fn parts(&self, rows: &[Row], prefix: &str) -> String {
        let say = |row: &Row| {
            let cell = |name: &str| {
                let column = format!("{prefix}_{name}");
                (self.says)(&column, row.cell(&column))
            };
            let percent =
                Some(cell("percent")).filter(|text| !text.is_empty()).map(|text| format!("{text} %"));
            let words = [Some(cell("kind")), percent, Some(cell("amount")), Some(cell("reason"))];
            words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        rows.iter().map(say).collect::<Vec<_>>().join("; ")
    }
}

/// Why a line of theirs has none of mine.
enum LeftOver {
    /// It was taken out here, and they left it as it was.
    RemovedHere,
    /// They added it.
    Added,
    /// It was taken out here and changed there, or nobody knows.
    Unclear,
}

/// For each line of mine what became of it, and the lines of theirs that are left over.
fn fates(mine: &[Written], theirs: &[Written], base: Option<&Base>) -> (Vec<Theirs>, Vec<usize>) {
    let mut fates: Vec<_> =
        mine.iter().map(|line| if origin(line).is_some() { Theirs::Removed } else { Theirs::None }).collect();
    let mut left: Vec<usize> = (0..theirs.len()).collect();
    let mut pair = |fate: fn(usize) -> Theirs, fits: &dyn Fn(&Written, usize) -> bool, from: Theirs| {
        for (line, found) in mine.iter().zip(&mut fates).filter(|(_, found)| **found == from) {
            // Where it was before, if that fits; else the first that does.
            let at = left.iter().position(|at| origin(line) == Some(*at) && fits(line, *at));
            if let Some(at) = at.or_else(|| left.iter().position(|at| fits(line, *at))) {
                *found = fate(left.remove(at));
            }
        }
    };
    let before = |line: &Written| base.and_then(|base| base.lines.get(origin(line)?));
    pair(Theirs::Same, &|line, at| before(line) == Some(&theirs[at].mark), Theirs::Removed);
    pair(Theirs::Changed, &|line, at| name(line) == name(&theirs[at]), Theirs::Removed);
    pair(Theirs::Changed, &|line, at| origin(line) == Some(at), Theirs::Removed);
    // Both added the same: it is one.
    pair(Theirs::Changed, &|line, at| line.mark == theirs[at].mark, Theirs::None);
    (fates, left)
}

/// The place in the draft from which the page was made.
fn origin(line: &Written) -> Option<usize> {
    line.row.cell("line_origin").parse().ok()
}

/// That of a line made of a product stays: what is known of the product goes with it.
fn line_origin_if_new(line: &Written) -> &str {
    Some(line.row.cell("line_origin")).filter(|origin| origin.starts_with(lines::PRODUCT)).unwrap_or_default()
}

fn name(line: &Written) -> String {
    line.row.cell("item_name").trim().to_owned()
}

fn heading(line: &Written) -> String {
    let item = t("draft-item").with("row", line.row.number);
    match name(line) {
        name if name.is_empty() => item.to_string(),
        name => t("label-says").with("label", item).with("message", name).to_string(),
    }
}
