//! Finding sealed text: a keyed hash of each of its words (a blind index), equal for equal words and meaningless without
//! the organisation's key.
//!
//! Words are whole: `Finch` is found by `finch` and not by `fin`. They are compared without case, accents and the ways
//! to write an umlaut: *Müller*, *Mueller* and *MULLER* are one word, and so are *Strauß* and *Strauss*. What is found is
//! opened and compared again before it is shown.

use std::collections::BTreeSet;

use counterfoil_invoice::InvoiceNumber;
use counterfoil_invoice::vat_id::VatId;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use crate::convert::bytes;
use crate::sql::{Sql, Value};
use crate::{Books, Result};

/// The most words that a row is found by; what is beyond is not indexed.
pub const MOST_WORDS: usize = 64;
/// The most words that are looked for at once; what is beyond is ignored.
pub const MOST_SEARCHED: usize = 8;
/// Characters of a word that count.
const LONGEST_WORD: usize = 64;
/// Characters of a text that are read.
const LONGEST_TEXT: usize = 1_000;
/// A word that so many rows have narrows a list enough to sort what is left of it.
pub(crate) const FEW: u32 = 2_000;

/// What a word is a word of. Equal words of different kinds have different hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Customer,
    Invoice,
    Draft,
    Product,
}

impl Kind {
    /// As in the column `kind`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Invoice => "invoice",
            Self::Draft => "draft",
            Self::Product => "product",
        }
    }

    /// What the hashes are bound to. Never change one.
    fn context(self) -> &'static str {
        match self {
            Self::Customer => "search_word.customer",
            Self::Invoice => "search_word.invoice",
            Self::Draft => "search_word.draft",
            Self::Product => "search_word.product",
        }
    }
}

/// The words that a row is found by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// The words of a name.
    pub(crate) fn add_text(&mut self, text: &str) {
        for word in words_of(text) {
            self.add(&word);
        }
    }

    /// An e-mail address, as a whole.
    pub(crate) fn add_address(&mut self, address: &str) {
        self.add(&fold(address.trim()));
    }

    /// An identifier, however it is spaced: `DE 123 456 789`.
    pub(crate) fn add_identifier(&mut self, identifier: &str) {
        self.add(&compact(identifier));
    }

    /// BT-1 as it is typed, and its running number: `2026-0042` and `42`.
    pub(crate) fn add_number(&mut self, number: &InvoiceNumber) {
        let text = number.to_string();
        match as_number(&text) {
            Some((series, sequence)) => self.add(&numbered(series, sequence)),
            None => self.add_text(&text),
        }
        self.add(&number.sequence.to_string());
    }

    fn add(&mut self, word: &str) {
        if !word.is_empty() && self.0.len() < MOST_WORDS {
            self.0.insert(word.chars().take(LONGEST_WORD).collect());
        }
    }
}

/// What somebody looks for: rows that have all of these words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(Vec<String>);

impl Query {
    /// Reads what was typed; `None` if nothing was. Of what is no word at all (`***`) nothing is found.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let mut found = Words::default();
        // An identifier with spaces in it. That of a name, such as `US Steel`, has no digits.
        let digits = typed.chars().filter(char::is_ascii_digit).count();
        if digits >= 5 && typed.contains(char::is_whitespace) && VatId::parse(typed).is_ok() {
            found.add_identifier(typed);
            return Some(Self(found.0.into_iter().collect()));
        }
        for part in typed.split_whitespace() {
            if part.contains('@') {
                found.add_address(part);
            } else if let Some((series, sequence)) = as_number(part) {
                found.add(&numbered(series, sequence));
            } else {
                found.add_text(part);
            }
        }
        Some(Self(found.0.into_iter().take(MOST_SEARCHED).collect()))
    }

    /// Whether a row has all of the words.
    pub(crate) fn is_met_by(&self, words: &Words) -> bool {
        !self.0.is_empty() && self.0.iter().all(|word| words.0.contains(word))
    }
}

/// `2026-42`: a series, which has a digit in it, and a number. `Halle-42` is two words.
fn as_number(part: &str) -> Option<(&str, &str)> {
    let (series, sequence) = part.rsplit_once('-')?;
    let is_number = !sequence.is_empty() && sequence.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && series.chars().any(|c| c.is_ascii_digit())).then_some((series, sequence))
}

fn numbered(series: &str, sequence: &str) -> String {
    format!("{}-{}", fold(series), without_zeros(sequence))
}

fn words_of(text: &str) -> impl Iterator<Item = String> {
    let folded = fold(text);
    let words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| without_zeros(word).chars().take(LONGEST_WORD).collect())
        .collect();
    words.into_iter()
}

/// `0042` is `42`.
fn without_zeros(word: &str) -> &str {
    if word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()) {
        let rest = word.trim_start_matches('0');
        if rest.is_empty() { "0" } else { rest }
    } else {
        word
    }
}

fn compact(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Text as it is compared: compatibility forms resolved (NFKC), lower case, without accents, letters that are no accents
/// to Unicode spelt out, and `ae`, `oe`, `ue` like the umlauts that they stand for.
fn fold(text: &str) -> String {
    let lower: String = text.chars().take(LONGEST_TEXT).nfkc().flat_map(char::to_lowercase).collect();
    let mut folded = String::with_capacity(lower.len());
    for c in lower.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push('a'),
            'œ' | 'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            'e' if folded.ends_with(['a', 'o', 'u']) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// The hashes to look for, the rarest first.
pub(crate) struct Hits {
    pub(crate) kind: Kind,
    hashes: Vec<Vec<u8>>,
    /// How many rows have the rarest, counted no further than one above [`FEW`].
    pub(crate) rarest: u32,
}

impl Hits {
    /// ` AND …`: only rows that have all of the words but the first `skip`. `id` is the column with the row's id.
    pub(crate) fn narrow(&self, sql: &mut Sql, org: &[u8], id: &'static str, skip: usize) {
        for hash in self.hashes.iter().skip(skip) {
            sql.push(" AND EXISTS (SELECT 1 FROM search_word w WHERE w.org_id = ")
                .bind(Value::Bytes(org.to_vec()));
            sql.push(" AND w.kind = ").bind(Value::Text(self.kind.word().to_owned()));
            sql.push(" AND w.word_index = ").bind(Value::Bytes(hash.clone()));
            sql.push(" AND w.row_id = ").push(id).push(")");
        }
        if self.hashes.is_empty() {
            sql.push(" AND 1 = 0");
        }
    }

    /// `SELECT row_id …` of the rows that have the rarest word.
    pub(crate) fn select_rarest(&self, sql: &mut Sql, org: &[u8]) {
        sql.push("SELECT row_id FROM search_word WHERE org_id = ").bind(Value::Bytes(org.to_vec()));
        sql.push(" AND kind = ").bind(Value::Text(self.kind.word().to_owned()));
        sql.push(" AND word_index = ").bind(Value::Bytes(self.hashes.first().cloned().unwrap_or_default()));
    }
}

/// `SELECT columns FROM table t WHERE …`: the organisation's rows, or those of them that a search found. If few rows have
/// the rarest word the database is led to them; otherwise it goes through the list's order and soon has a page full.
pub(crate) fn select(columns: &'static str, table: &'static str, org: &[u8], hits: Option<&Hits>) -> Sql {
    let mut sql = Sql::new();
    let few = hits.filter(|hits| hits.rarest <= FEW);
    if let Some(hits) = few {
        sql.push("WITH hit AS MATERIALIZED (");
        hits.select_rarest(&mut sql, org);
        sql.push(") ");
    }
    sql.push("SELECT ").push(columns).push(" FROM ");
    // CROSS JOIN tells SQLite where to begin.
    sql.push(if few.is_some() { "hit CROSS JOIN " } else { "" }).push(table).push(" t WHERE ");
    sql.push(if few.is_some() { "t.id = hit.row_id AND " } else { "" });
    sql.push("t.org_id = ").bind(Value::Bytes(org.to_vec()));
    if let Some(hits) = hits {
        hits.narrow(&mut sql, org, "t.id", usize::from(few.is_some()));
    }
    sql
}

impl Books {
    /// The hash of a word. Half of the keyed hash: what collides is found out when the row is opened.
    fn word_index(&self, kind: Kind, word: &str) -> Vec<u8> {
        let mut hash = self.keys.blind_index(kind.context(), word);
        hash.truncate(8);
        hash
    }

    /// What a search means for rows of this kind, if there is one.
    pub(crate) async fn hits(&mut self, kind: Kind, query: Option<&Query>) -> Result<Option<Hits>> {
        let Some(query) = query else { return Ok(None) };
        let mut counted = Vec::new();
        for word in &query.0 {
            let hash = self.word_index(kind, word);
            let mut sql = Sql::new();
            sql.push("SELECT COUNT(*) AS n FROM (SELECT 1 FROM search_word WHERE org_id = ");
            sql.bind(Value::Bytes(self.org())).push(" AND kind = ").bind(Value::Text(kind.word().to_owned()));
            sql.push(" AND word_index = ").bind(Value::Bytes(hash.clone()));
            sql.push(" LIMIT ").bind(Value::Number(i64::from(FEW) + 1)).push(") AS few");
            let rows = sql.fetch(self.db()).await?;
            counted.push((count(&rows)?, hash));
        }
        counted.sort();
        let rarest = counted.first().map_or(0, |(count, _)| *count);
        Ok(Some(Hits { kind, rarest, hashes: counted.into_iter().map(|(_, hash)| hash).collect() }))
    }

    /// Makes a row found by these words and no others.
    pub(crate) async fn index_words(&mut self, kind: Kind, row: Uuid, words: &Words) -> Result<()> {
        self.forget_words(kind, row).await?;
        // A collision within a row is one entry.
        let hashes: BTreeSet<Vec<u8>> = words.0.iter().map(|word| self.word_index(kind, word)).collect();
        if hashes.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new();
        sql.push("INSERT INTO search_word (org_id, kind, word_index, row_id) VALUES ");
        for (at, hash) in hashes.into_iter().enumerate() {
            sql.push(if at == 0 { "(" } else { ", (" });
            sql.bind(Value::Bytes(self.org()))
                .push(", ")
                .bind(Value::Text(kind.word().to_owned()))
                .push(", ");
            sql.bind(Value::Bytes(hash)).push(", ").bind(Value::Bytes(bytes(row))).push(")");
        }
        sql.push(" ON CONFLICT DO NOTHING");
        sql.execute(self.db()).await
    }

    /// Makes a row that is gone not found any more.
    pub(crate) async fn forget_words(&mut self, kind: Kind, row: Uuid) -> Result<()> {
        if kind == Kind::Invoice {
            return Ok(());
        }
        // The last condition lets the databases use the index that leaves documents out.
        sqlx::query(
            "DELETE FROM search_word WHERE org_id = $1 AND kind = $2 AND row_id = $3 AND kind <> 'invoice'",
        )
        .bind(self.org())
        .bind(kind.word())
        .bind(bytes(row))
        .execute(self.db())
        .await?;
        Ok(())
    }
}

/// The one number of an answer that counts, at most a little above [`FEW`].
pub(crate) fn count(rows: &[sqlx::any::AnyRow]) -> Result<u32> {
    let count: i64 = rows.first().map_or(Ok(0), |row| row.try_get("n"))?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        words_of(text).collect()
    }

    #[test]
    fn one_name_written_in_many_ways_is_the_same_words() {
        for (a, b) in [
            ("Müller & Söhne", "MUELLER soehne"),
            ("Müller", "Muller"),
            ("Mu\u{308}ller", "Müller"),
            ("Strauß GmbH", "strauss gmbh"),
            ("STRAUẞ", "Strauß"),
            ("Æon Œuvre Øre", "Aeon Oeuvre Oere"),
            ("Łódź", "lodz"),
            ("Ｆｕｌｌ ﬁn", "full fin"),
            ("ΟΔΟΣ", "οδος"),
            ("İstanbul", "istanbul"),
            ("O'Neill-Smith, Ltd.", "o neill smith ltd"),
            ("0042 Studio", "42 studio"),
        ] {
            assert_eq!(words(a), words(b), "{a} and {b}");
        }
        assert_ne!(words("Finch"), words("Fin"));
    }

    #[test]
    fn what_is_typed_finds_names_addresses_identifiers_and_numbers() {
        let mut row = Words::default();
        row.add_text("Alder & Finch Architects 2");
        row.add_address("Accounts@Example.org");
        row.add_identifier("DE 123456789");
        row.add_number(&InvoiceNumber { series: "2026".to_owned(), sequence: 42 });
        for found in [
            "finch",
            "ALDER finch",
            "accounts@example.ORG",
            "de123456789",
            "DE 123 456 789",
            "2026-0042",
            "2026-42",
            "42",
            "0042",
            "finch 2026-0042",
            "Finch,",
        ] {
            assert!(Query::parse(found).unwrap().is_met_by(&row), "{found}");
        }
        for not in
            ["fin", "finch ash", "accounts@example", "2025-0042", "2026-43", "***", "2026", "example.org"]
        {
            assert!(!Query::parse(not).unwrap().is_met_by(&row), "{not}");
        }
        for nothing in ["", " \t "] {
            assert_eq!(Query::parse(nothing), None);
        }
    }

    #[test]
    fn a_number_of_any_pattern_is_found_as_it_is_printed() {
        for (series, sequence) in
            [("2026", 42), ("INV-2026", 7), ("R26/03.{NNN}", 7), ("{NNN}/2026", 8), ("", 9), ("A{NN}", 1)]
        {
            let number = InvoiceNumber { series: series.to_owned(), sequence };
            let mut row = Words::default();
            row.add_number(&number);
            for typed in [number.to_string(), number.to_string().to_lowercase(), sequence.to_string()] {
                assert!(Query::parse(&typed).unwrap().is_met_by(&row), "{typed} of {series}");
            }
            assert!(!Query::parse("2026-0043").unwrap().is_met_by(&row));
        }
    }

    #[test]
    fn no_text_makes_more_words_or_longer_ones_than_the_limits_say() {
        let mut row = Words::default();
        row.add_text(&(0..500).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" "));
        row.add_text(&"\u{fdfa}".repeat(10_000));
        row.add_address(&"a".repeat(10_000));
        assert_eq!(row.0.len(), MOST_WORDS);
        assert!(row.0.iter().all(|word| word.chars().count() <= LONGEST_WORD));
        let long = "long".repeat(1_000);
        let mut one = Words::default();
        one.add_text(&long);
        assert!(Query::parse(&long).unwrap().is_met_by(&one), "what is cut off is cut off on both sides");
        let many = Query::parse(&"a b c d e f g h i j k l".repeat(3)).unwrap();
        assert_eq!(many.0.len(), MOST_SEARCHED);
    }
}
