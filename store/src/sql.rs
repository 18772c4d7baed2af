//! Statements that are put together from constant pieces: a list has too many forms to write each down.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::Result;

/// What is bound or compared: the types that both databases share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A number, an amount in minor units, a moment in milliseconds.
    Number(i64),
    /// Text, a date.
    Text(String),
    /// An id or a hash.
    Bytes(Vec<u8>),
}

/// A statement under way. Only pieces of this crate's own text go into it; everything else is bound.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new() -> Self {
        Self { text: String::new(), values: Vec::new() }
    }

    pub(crate) fn push(&mut self, piece: &'static str) -> &mut Self {
        self.text.push_str(piece);
        self
    }

    pub(crate) fn bind(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// The statement behind this word: `EXPLAIN`.
    pub(crate) fn after(self, word: &'static str) -> Self {
        Self { text: format!("{word}{}", self.text), ..self }
    }

    pub(crate) async fn fetch(self, db: &mut AnyConnection) -> Result<Vec<AnyRow>> {
        let mut query = sqlx::query(AssertSqlSafe(self.text));
        for value in self.values {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        Ok(query.fetch_all(db).await?)
    }

    pub(crate) async fn execute(self, db: &mut AnyConnection) -> Result<()> {
        self.fetch(db).await.map(drop)
    }
}
