//! A form that is sent twice acts once: a double click, a reload, a request that a proxy sends again.

use std::ops::Deref;

use counterfoil_identity::{Actor, Permission};
use counterfoil_store::Books;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::billing::Unavailable;

/// Who acts, and in answer to which form. A form is known by the hash of a number that its page was given and of what
/// was typed; sent again, the use case finds what was done for it the first time. A plain [`Actor`] is a program that
/// acts whenever it says so.
pub struct By<'a, P: Permission> {
    actor: &'a Actor<P>,
    form: Option<[u8; 32]>,
}

impl<'a, P: Permission> By<'a, P> {
    /// In answer to this form.
    pub fn form(actor: &'a Actor<P>, hash: [u8; 32]) -> Self {
        Self { actor, form: Some(hash) }
    }

    /// The part of a form that acts on one of several rows: sent twice, each part acts once.
    #[must_use]
    pub fn part(&self, row: Uuid) -> Self {
        let part =
            |hash: [u8; 32]| Sha256::new().chain_update(hash).chain_update(row.as_bytes()).finalize().into();
        Self { actor: self.actor, form: self.form.map(part) }
    }

    /// Something that is the same whenever this form is sent, and of no other form.
    pub(crate) fn form_hash(&self) -> Option<&[u8; 32]> {
        self.form.as_ref()
    }

    /// What was done for this form.
    pub(crate) async fn done<T: DeserializeOwned>(
        &self,
        books: &mut Books,
    ) -> Result<Option<T>, Unavailable> {
        find(books, self.form.as_ref()).await
    }

    /// Notes what is done for it, in the transaction that does it.
    pub(crate) async fn note<T: Serialize>(
        &self,
        books: &mut Books,
        result: &T,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        note(books, self.form.as_ref(), result, now).await
    }
}

/// See [`By::done`]. Writers of one organisation wait for each other, so nobody is between this and [`note`].
pub(crate) async fn find<T: DeserializeOwned>(
    books: &mut Books,
    form: Option<&[u8; 32]>,
) -> Result<Option<T>, Unavailable> {
    match form {
        Some(hash) => Ok(books.find_submission(hash).await?),
        None => Ok(None),
    }
}

/// See [`By::note`].
pub(crate) async fn note<T: Serialize>(
    books: &mut Books,
    form: Option<&[u8; 32]>,
    result: &T,
    now: Timestamp,
) -> Result<(), Unavailable> {
    if let Some(hash) = form {
        books.insert_submission(hash, result, now).await?;
    }
    Ok(())
}

impl<P: Permission> Deref for By<'_, P> {
    type Target = Actor<P>;

    fn deref(&self) -> &Actor<P> {
        self.actor
    }
}

impl<'a, P: Permission> From<&'a Actor<P>> for By<'a, P> {
    fn from(actor: &'a Actor<P>) -> Self {
        Self { actor, form: None }
    }
}
