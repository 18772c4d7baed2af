//! Proof-reading: does the finished page say what the e-invoice inside says? What is compared was read from the PDF's
//! own glyphs, and figures and dates are read back from it as a person would read them.

use counterfoil_invoice::{Amount, Document, Iban, InvoiceLine, VatBreakdown};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::figures::MINUS;
use crate::locale::Locale;
use crate::sheet::{headline, shows_vat_total, type_name};
use crate::text::{Glyphs, line};

/// The page and the e-invoice do not say the same. The message names terms and no values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the page does not say what the e-invoice says: {}", .0.join(", "))]
pub struct Misprint(pub Vec<&'static str>);

/// Compares the text of a drawn page, run by run in the order it is painted, with the document that its e-invoice
/// holds: number, dates, the totals from net to due and payee accounts, each beside its label in this language, the VAT of
/// each rate beside rate and base, and quantity, price, VAT rate and net amount of each line beside what it is for.
///
/// Without a language, that in which the fewest terms differ is taken; of a page that is longer than any honest one nothing
/// is said.
///
/// # Errors
/// [`Misprint`] with every term that is missing or says something else.
pub fn proofread(runs: &[String], document: &Document, language: Option<&str>) -> Result<(), Misprint> {
    let Some(language) = language else {
        // Only of strangers' files is the language not known.
        let letters: usize = runs.iter().map(String::len).sum();
        if runs.len() > MOST_RUNS_OF_A_STRANGER || letters > MOST_TEXT_OF_A_STRANGER {
            return Ok(());
        }
        let of_all = Locale::all().map(|locale| compare(runs, document, locale));
        return of_all
            .min_by_key(|compared| compared.as_ref().map_or_else(|misprint| misprint.0.len(), |()| 0))
            .expect("there are languages");
    };
    compare(runs, document, Locale::of(language))
}

fn compare(runs: &[String], document: &Document, locale: &'static Locale) -> Result<(), Misprint> {
    let page = Page::of(runs, locale);
    let (content, totals, labels) = (&document.content, &document.totals, &page.locale.labels);
    let currency = content.currency.code();
    let due = if content.is_credit_note() { &labels.amount_credited } else { &labels.amount_due };
    let mut wrong = Vec::new();
    let mut expect = |holds: bool, term: &'static str| {
        if !holds {
            wrong.push(term);
        }
    };
    expect(page.titled(type_name(labels, content), &document.number), "number (BT-1)");
    expect(page.dated(&labels.issue_date, document.issue_date), "issue date (BT-2)");
    let due_date = content.due_date;
    let dated =
        due_date.is_none_or(|date| page.dated(&labels.due_date, date) && page.headed_by(document, date));
    expect(dated, "due date (BT-9)");
    expect(page.lists(document), "invoice lines (BG-25)");
    let stated = |label: &str, amount: Amount| page.stated(label, currency, amount.0);
    expect(stated(&labels.total_without_vat, totals.total_without_vat), "total without VAT (BT-109)");
    expect(document.vat_breakdown.iter().all(|vat| page.breaks_down(vat)), "VAT breakdown (BG-23)");
    expect(totals.vat_total.is_none_or(|vat| page.taxed(document, vat.0)), "VAT total (BT-110)");
    expect(stated(&labels.total_with_vat, totals.total_with_vat), "total with VAT (BT-112)");
    let told = |label: &str, amount: Option<Decimal>| {
        amount.is_none_or(|amount| amount.is_zero() || page.stated(label, currency, amount))
    };
    expect(told(&labels.paid, totals.paid_amount.map(|paid| -paid.0)), "paid amount (BT-113)");
    expect(
        told(&labels.rounding, totals.rounding_amount.map(|rounding| rounding.0)),
        "rounding amount (BT-114)",
    );
    expect(stated(due, totals.amount_due) && page.headed(document), "amount due (BT-115)");
    let accounts = content.payment.iter().flat_map(|payment| &payment.credit_transfers);
    expect(accounts.into_iter().all(|transfer| page.pays_to(&transfer.account)), "payee account (BT-84)");
    if wrong.is_empty() { Ok(()) } else { Err(Misprint(wrong)) }
}

/// The text of a page without spaces, and where its runs begin.
struct Page {
    locale: &'static Locale,
    text: String,
    starts: Vec<usize>,
}

impl Page {
    fn of(runs: &[String], locale: &'static Locale) -> Self {
        let (mut text, mut starts) = (String::new(), Vec::new());
        for run in runs {
            let run = bare(run);
            if !run.is_empty() {
                starts.push(text.len());
                text.push_str(&run);
            }
        }
        starts.push(text.len());
        Self { locale, text, starts }
    }

    /// The runs behind each place where this stands and where a run ends with it.
    fn after<'a>(&'a self, label: &str) -> impl Iterator<Item = Vec<&'a str>> {
        let label = bare(label);
        let ends: Vec<usize> = self.text.match_indices(&label).map(|(at, _)| at + label.len()).collect();
        ends.into_iter().filter_map(|end| {
            let next = self.starts.binary_search(&end).ok()?;
            let runs = self.starts[next..].windows(2).take(MOST_RUNS);
            Some(runs.map(|ends| &self.text[ends[0]..ends[1]]).collect())
        })
    }

    /// The kind of document and its number, alone on a line, in the order of either direction.
    fn titled(&self, kind: &str, number: &str) -> bool {
        let (kind, number) = (bare(kind), bare(&Glyphs::All.clean(&line(number))));
        [format!("{kind}{number}"), format!("{number}{kind}")].iter().any(|title| {
            let found = self.text.match_indices(title.as_str());
            found.map(|(at, _)| (at, at + title.len())).any(|(at, end)| self.parted(at) && self.parted(end))
        })
    }

    /// Whether runs meet here.
    fn parted(&self, at: usize) -> bool {
        self.starts.binary_search(&at).is_ok()
    }

    fn dated(&self, label: &str, date: Date) -> bool {
        self.after(label)
            .any(|runs| (1..=runs.len()).any(|count| self.date(&runs[..count].concat()) == Some(date)))
    }

    /// Day, name of the month and year, in any order.
    fn date(&self, text: &str) -> Option<Date> {
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        let (first, second) = (numbers.next()?, numbers.next()?);
        if numbers.next().is_some() {
            return None;
        }
        let (year, day) = if first.len() > second.len() { (first, second) } else { (second, first) };
        let named = |(_, name): &(usize, &String)| text.contains(&bare(name));
        let months = self.locale.months.iter().enumerate().filter(named);
        let (month, _) = months.max_by_key(|(_, name)| name.len())?;
        Date::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, day.parse().ok()?).ok()
    }

    fn stated(&self, label: &str, currency: &str, amount: Decimal) -> bool {
        self.after(label).any(|runs| {
            // The currency stands in the same run, in one of its own, or nowhere.
            (1..=runs.len()).any(|count| {
                let text = runs[..count].concat();
                self.number(text.strip_prefix(currency).unwrap_or(&text)) == Some(amount)
            })
        })
    }

    fn number(&self, text: &str) -> Option<Decimal> {
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '0'..='9' => plain.push(c),
                MINUS => plain.push('-'),
                c if c == self.locale.decimal => plain.push('.'),
                c if c == self.locale.group => {}
                _ => return None,
            }
        }
        plain.parse().ok()
    }

    /// The sum of all VAT, or the only VAT there is.
    fn taxed(&self, document: &Document, vat: Decimal) -> bool {
        let currency = document.content.currency.code();
        if shows_vat_total(document) {
            return self.stated(&self.locale.labels.vat_total, currency, vat);
        }
        // Beside the total with VAT, which stands below it.
        let label = bare(&self.locale.labels.total_with_vat);
        self.text.match_indices(&label).any(|(at, _)| {
            let Ok(here) = self.starts.binary_search(&at) else { return false };
            (1..=MOST_RUNS.min(here))
                .any(|count| self.number(&self.text[self.starts[here - count]..at]) == Some(vat))
        })
    }

    /// The tax amount stands behind its rate and taxable amount, which stand together in the order of either direction.
    fn breaks_down(&self, vat: &VatBreakdown) -> bool {
        let rate = vat.rate.map(|rate| bare(&self.locale.percent(&self.locale.number(rate.0, 0))));
        let explained = vat.exemption_reason.is_some() || vat.exemption_reason_code.is_some();
        let most = if explained { MOST_RUNS_OF_A_ROW } else { MOST_RUNS };
        let last = self.starts.len() - 1;
        self.runs_with(vat.taxable_amount.0).any(|base| {
            let label = &self.text
                [self.starts[base.saturating_sub(MOST_RUNS)]..self.starts[last.min(base + MOST_RUNS)]];
            rate.as_ref().is_none_or(|rate| label.contains(rate.as_str()))
                && (base + 1..last.min(base + most)).any(|run| self.figure(run, vat.tax_amount.0).is_some())
        })
    }

    /// The runs in which this amount begins, beside other text or alone.
    fn runs_with(&self, amount: Decimal) -> impl Iterator<Item = usize> {
        (0..self.starts.len() - 1).filter(move |&run| {
            let (start, end) = (self.starts[run], self.starts[run + 1]);
            let mut numbers = self.text[start..end].char_indices().filter(|(at, c)| {
                let before = self.text[start..start + at].chars().next_back();
                self.of_a_number(*c) && !before.is_some_and(|c| self.of_a_number(c))
            });
            numbers.any(|(at, _)| {
                let text = &self.text[start + at..];
                let figure = &text[..text.find(|c| !self.of_a_number(c)).unwrap_or(text.len())];
                // A comma behind it is none of its own.
                let whole = figure.trim_end_matches([self.locale.decimal, self.locale.group]).len();
                let next_runs = self.starts[run + 1..].iter().take(MOST_RUNS_OF_A_FIGURE);
                let mut ends = next_runs.map(|next| (next - start - at).min(whole));
                ends.any(|end| self.number(&text[..end]) == Some(amount))
            })
        })
    }

    fn of_a_number(&self, c: char) -> bool {
        c.is_ascii_digit() || c == MINUS || c == self.locale.decimal || c == self.locale.group
    }

    /// The amount also stands in the headline above the account, if anything is to be paid.
    fn headed(&self, document: &Document) -> bool {
        let (locale, due) = (self.locale, document.totals.amount_due.0);
        if due <= Decimal::ZERO {
            return self.text.contains(&bare(&locale.labels.nothing_due));
        }
        let currency = document.content.currency;
        let money = self.money_due(document);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let whole = |at: usize| {
            let end = at + money.len();
            let longer_before = digit(self.text[..at].chars().next_back()) && !self.parted(at);
            let longer_after = digit(self.text[end..].chars().next()) && !self.parted(end);
            !longer_before && !longer_after
        };
        let said = self.text.match_indices(&money).filter(|(at, _)| whole(*at)).count();
        // Where the currency comes first, the sums say it like the headline.
        said >= if money.starts_with(currency.code()) { 2 } else { 1 }
    }

    /// The headline above the account also says until when, if anything is to be paid.
    fn headed_by(&self, document: &Document, date: Date) -> bool {
        if document.totals.amount_due.0 <= Decimal::ZERO
            || !headline(&self.locale.labels, document).dated.contains("{date}")
        {
            return true;
        }
        let money = self.money_due(document);
        // Another amount is another fault.
        if !self.text.contains(&money) {
            return true;
        }
        (0..self.starts.len() - 1).any(|first| {
            let most = MOST_RUNS.min(self.starts.len() - 1 - first);
            (1..=most).any(|count| {
                let text = &self.text[self.starts[first]..self.starts[first + count]];
                text.split_once(&money)
                    .is_some_and(|(before, after)| self.date(&format!("{before}\n{after}")) == Some(date))
            })
        })
    }

    /// The amount due as the headline writes it.
    fn money_due(&self, document: &Document) -> String {
        let currency = document.content.currency;
        let amount = self.locale.number(document.totals.amount_due.0, currency.decimals());
        bare(&self.locale.money(currency.code(), &amount))
    }

    /// Each line in its order: what it is for, then quantity, price, VAT rate and net amount.
    fn lists(&self, document: &Document) -> bool {
        let mut from = 0;
        document.content.lines.iter().all(|line| {
            let next = self.named_by(line, from).and_then(|named_by| {
                (from..self.starts.len().min(from + MOST_RUNS_OF_A_ROW))
                    .find_map(|quantity| self.line_from(line, quantity, named_by))
            });
            from = next.unwrap_or(self.starts.len());
            next.is_some()
        })
    }

    /// The run by whose end the name of this line has stood, counted from `from`.
    fn named_by(&self, line: &InvoiceLine, from: usize) -> Option<usize> {
        let name: String = plain(&line.item.name).take(LONG_NAME).collect();
        let mut said = String::new();
        let last = (self.starts.len() - 1).min(from + MOST_RUNS_OF_A_ROW + MOST_RUNS_OF_A_CELL);
        (from..last).find_map(|run| {
            // It may begin in what was read already.
            let before = said.len().saturating_sub(name.len());
            said.extend(plain(&self.text[self.starts[run]..self.starts[run + 1]]));
            said[before..].contains(&name).then_some(run + 1)
        })
    }

    /// If the quantity of this line begins at the run `quantity`, and its price not before `named_by`: the run behind its
    /// net amount.
    fn line_from(&self, line: &InvoiceLine, quantity: usize, named_by: usize) -> Option<usize> {
        let then = |after: usize, value: Decimal| {
            (after..after + MOST_RUNS_OF_A_CELL).find_map(|run| Some((run, self.figure(run, value)?)))
        };
        let (price, after_price) = then(self.figure(quantity, line.quantity.0)?, line.price.net_price.0)?;
        let (net, after_net) = then(after_price, line.net_amount.unwrap_or_default().0)?;
        let between = |from: usize, to: usize| &self.text[self.starts[from]..self.starts[to]];
        let rate = line.vat_rate.map(|rate| bare(&self.locale.percent(&self.locale.number(rate.0, 0))));
        let taxed = rate.is_none_or(|rate| between(after_price, net).contains(&rate));
        (taxed && price >= named_by).then_some(after_net)
    }

    /// If the runs from here on are this figure, which may be broken: the run behind them.
    fn figure(&self, run: usize, value: Decimal) -> Option<usize> {
        let start = *self.starts.get(run)?;
        let mut ends = self.starts.iter().enumerate().skip(run + 1).take(MOST_RUNS_OF_A_FIGURE);
        ends.find(|(_, end)| self.number(&self.text[start..**end]) == Some(value)).map(|(end, _)| end)
    }

    fn pays_to(&self, account: &str) -> bool {
        let labels = &self.locale.labels;
        let (label, account) = match Iban::parse(account) {
            Ok(iban) => (&labels.iban, iban.as_str().to_owned()),
            Err(_) => (&labels.account, bare(&Glyphs::All.clean(&line(account)))),
        };
        let label = bare(label);
        self.text
            .match_indices(&label)
            .map(|(at, _)| at + label.len())
            .any(|at| self.text[at..].starts_with(&account) && self.parted(at + account.len()))
    }
}

/// Runs that a value may be set in: long ones break, and one of two directions has parts.
const MOST_RUNS: usize = 8;

/// Runs between two figures of a line: units, notes on a price, and what a page's end puts between them.
const MOST_RUNS_OF_A_CELL: usize = 60;

/// Runs from the end of one line to the quantity of the next: a description of some hundred lines, and pages' ends.
const MOST_RUNS_OF_A_ROW: usize = 4000;

/// Runs of a page in a language that is not known, and bytes of their text.
const MOST_RUNS_OF_A_STRANGER: usize = 100_000;
const MOST_TEXT_OF_A_STRANGER: usize = 512 << 10;

/// Runs of a figure that is broken to fit its column.
const MOST_RUNS_OF_A_FIGURE: usize = 6;

/// Letters of a name that surely stand on one page.
const LONG_NAME: usize = 40;

/// The letters and figures of a text that every font has and no direction of writing turns round.
fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_alphanumeric)
}

/// Without spaces and what is invisible.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const LANGUAGES: [&str; 10] = ["ar", "de", "en", "es", "fr", "he", "it", "nl", "pl", "pt"];

    fn page(language: &str, runs: &[&str]) -> Page {
        let runs: Vec<String> = runs.iter().map(|run| (*run).to_owned()).collect();
        Page::of(&runs, Locale::of(language))
    }

    #[test]
    fn a_value_belongs_to_the_label_before_it() {
        let page = page("de", &["Summe", "1.200,00", "Zahl", "betrag", "EUR", "1.428,00", "\u{2212}5"]);
        let stated = |label: &str, amount: &str| page.stated(label, "EUR", amount.parse().unwrap());
        assert!(stated("Summe", "1200") && stated("Zahlbetrag", "1428.00") && stated("1.428,00", "-5"));
        assert!(!stated("Summe", "1428") && !stated("Zahlbetrag", "1200") && !stated("Rabatt", "5"));
        assert!(!stated("Zahlbetrag", "1.428") && !stated("Summ", "1200"));
    }

    #[test]
    fn a_date_is_read_in_either_direction() {
        let due = |runs: &[&str]| page("he", runs).dated("לתשלום עד", date(2026, 3, 31));
        assert!(due(&["לתשלום עד", "31 במרץ 2026"]));
        assert!(due(&["לתשלום עד", "2026", "במרץ ", "31"]));
        assert!(!due(&["לתשלום עד", "2026", "במאי ", "31"]) && !due(&["לתשלום עד", "2026", "במרץ", "30"]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(units in any::<i64>(), scale in 0_u32..3, day in 0_i32..20_000) {
            for language in LANGUAGES {
                let locale = Locale::of(language);
                let (value, day) = (Decimal::new(units, scale), date(2000, 1, 1) + jiff::Span::new().days(day));
                let page = page(language, &["x", &locale.number(value, 2), "y", &locale.date(day), "z"]);
                prop_assert!(page.stated("x", "EUR", value), "{}", page.text);
                prop_assert!(!page.stated("x", "EUR", value + Decimal::ONE), "{}", page.text);
                prop_assert!(page.dated("y", day), "{}", page.text);
                prop_assert!(!page.dated("y", day.tomorrow().unwrap()), "{}", page.text);
            }
        }
    }
}
