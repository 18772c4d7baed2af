//! Pages of a list. A page begins after or before a row, not at a number: rows that come or go elsewhere do not move it.

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::Result;
use crate::sql::{Sql, Value};

/// A place in a list: what the list is sorted by, and what tells rows apart that have the same of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// What the list is sorted by.
    pub key: Value,
    /// Unique among the rows with this key.
    pub tie: Value,
}

impl Mark {
    /// The place of a row in a list that is sorted by a number; the id tells apart.
    pub(crate) fn of(row: &AnyRow, key: &str) -> Result<Self> {
        Ok(Self { key: Value::Number(row.try_get(key)?), tie: Value::Bytes(row.try_get("id")?) })
    }
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Start {
    /// With the first row.
    #[default]
    First,
    /// With the row after this place.
    After(Mark),
    /// So that its last row is the one before this place.
    Before(Mark),
}

/// Some rows of a list, in its order.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The page before ends before this place, if there is one.
    pub previous: Option<Mark>,
    /// The next page begins after this place, if there is one.
    pub next: Option<Mark>,
}

impl<T> Page<T> {
    /// The page of what [`slice`] found.
    pub(crate) fn new(mut rows: Vec<(Mark, T)>, start: &Start, limit: u32) -> Self {
        let limit = limit as usize;
        let is_more = rows.len() > limit;
        rows.truncate(limit);
        let is_backwards = matches!(start, Start::Before(_));
        if is_backwards {
            rows.reverse();
        }
        let (first, last) = (rows.first().map(|row| row.0.clone()), rows.last().map(|row| row.0.clone()));
        let (before, after) = match start {
            Start::First => (false, is_more),
            Start::After(_) => (true, is_more),
            Start::Before(_) => (is_more, true),
        };
        Self {
            previous: first.filter(|_| before),
            next: last.filter(|_| after),
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }
    }

    /// Without the rows that are none after all. The places of the neighbouring pages stay.
    pub(crate) fn retain(mut self, keep: impl FnMut(&T) -> bool) -> Self {
        self.rows.retain(keep);
        self
    }
}

/// Two columns that a list is sorted by, both in the same direction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    pub(crate) key: &'static str,
    pub(crate) tie: &'static str,
    pub(crate) descending: bool,
}

/// Ends a statement that has a WHERE already: what is on the page, one row more, and in which order.
pub(crate) fn slice(sql: &mut Sql, by: Columns, start: &Start, limit: u32) {
    let (descending, mark) = match start {
        Start::First => (by.descending, None),
        Start::After(mark) => (by.descending, Some(mark)),
        Start::Before(mark) => (!by.descending, Some(mark)),
    };
    if let Some(mark) = mark {
        sql.push(" AND (").push(by.key).push(", ").push(by.tie).push(if descending {
            ") < ("
        } else {
            ") > ("
        });
        sql.bind(mark.key.clone()).push(", ").bind(mark.tie.clone()).push(")");
    }
    let direction = if descending { " DESC" } else { " ASC" };
    sql.push(" ORDER BY ").push(by.key).push(direction).push(", ").push(by.tie).push(direction);
    sql.push(" LIMIT ").bind(Value::Number(i64::from(limit) + 1));
}
