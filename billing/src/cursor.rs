//! Where a page of a list begins, as text in an address. It is made here and nowhere else: another one is refused.

use counterfoil_store::Books;
use counterfoil_store::paging::{Mark, Page, Start};
use data_encoding::BASE64URL_NOPAD;

use crate::billing::Unavailable;

/// Bytes of the code that shows that we made it.
const CODE: usize = 16;
/// Longer than any of ours.
const LONGEST: usize = 500;

/// Why a list is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor was not made for this list.
    #[error("the place in the list that the address names does not exist: begin with the first page")]
    Cursor,
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<counterfoil_store::StoreError> for ListError {
    fn from(error: counterfoil_store::StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// Some rows of a list, and where the neighbouring pages begin.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// The rows, in the order of the list.
    pub rows: Vec<T>,
    /// The cursor of the page before, if there is one.
    pub previous: Option<String>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), previous: None, next: None }
    }
}

impl<T> Listed<T> {
    /// `list` names the list and its order: a cursor of one is none of another.
    pub(crate) fn new<R>(books: &Books, list: &str, page: Page<R>, row: impl FnMut(R) -> T) -> Self {
        Self {
            previous: page.previous.map(|mark| write(books, list, true, &mark)),
            next: page.next.map(|mark| write(books, list, false, &mark)),
            rows: page.rows.into_iter().map(row).collect(),
        }
    }
}

fn write(books: &Books, list: &str, backwards: bool, mark: &Mark) -> String {
    let mut bytes = serde_json::to_vec(&(backwards, mark)).expect("numbers and texts");
    let code = code(books, list, &bytes);
    bytes.extend_from_slice(&code);
    BASE64URL_NOPAD.encode(&bytes)
}

/// # Errors
/// [`ListError::Cursor`] for what was not made here for this list of this organisation.
pub(crate) fn read(books: &Books, list: &str, cursor: Option<&str>) -> Result<Start, ListError> {
    let Some(text) = cursor else { return Ok(Start::First) };
    if text.len() > LONGEST {
        return Err(ListError::Cursor);
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| ListError::Cursor)?;
    let (place, made) = bytes.split_last_chunk::<CODE>().ok_or(ListError::Cursor)?;
    // Whoever guesses sees no more than a member of the organisation may see anyway: time tells nothing worth knowing.
    if code(books, list, place) != *made {
        return Err(ListError::Cursor);
    }
    let (backwards, mark) = serde_json::from_slice(place).map_err(|_| ListError::Cursor)?;
    Ok(if backwards { Start::Before(mark) } else { Start::After(mark) })
}

fn code(books: &Books, list: &str, place: &[u8]) -> [u8; CODE] {
    let mut data = list.as_bytes().to_vec();
    data.push(0);
    data.extend_from_slice(place);
    let mac = books.token_mac("cursor", &data);
    std::array::from_fn(|at| mac[at])
}
