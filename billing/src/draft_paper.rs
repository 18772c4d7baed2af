//! The page of a draft: drawn as the document would be, without a number, and with what it is across it.

use counterfoil_identity::Actor;
use counterfoil_identity::permission::ReadBooks;
use counterfoil_invoice::Content;
use counterfoil_invoice::paper::Paper;
use counterfoil_store::StoreError;
use uuid::Uuid;

use crate::billing::{Billing, Unavailable};
use crate::drafts::DraftError;

/// Why a draft was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum DraftPaperError {
    /// It is no draft that could be kept.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Drawing failed.
    #[error("the page could not be drawn")]
    Drawing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The books.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<StoreError> for DraftPaperError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl Billing {
    /// The page of this content as a PDF. Nothing is kept, no number is taken, and there is nothing in it to verify or to
    /// pay by.
    ///
    /// # Errors
    /// [`DraftPaperError`].
    pub async fn draft_paper(
        &self,
        by: &Actor<ReadBooks>,
        customer: Option<Uuid>,
        content: Content,
    ) -> Result<Vec<u8>, DraftPaperError> {
        let mut books = self.store().read(by.organisation()).await?;
        let mut document = self.foresee(&mut books, customer, content, "").await?.document;
        // What a payment refers to is the number.
        if let Some(payment) = &mut document.content.payment {
            payment.remittance_information = None;
        }
        let profile = books.organisation_profile().await?.profile;
        drop(books);
        let (renderer, created) = (self.0.parts.renderer.clone(), self.clock().now());
        let drawn = tokio::task::spawn_blocking(move || {
            renderer(&Paper {
                document: &document,
                verification: None,
                created,
                language: &profile.language,
                stationery: &profile.stationery,
                is_draft: true,
                attachments: Vec::new(),
            })
        });
        drawn.await.map_err(|_| Unavailable::Interrupted)?.map_err(DraftPaperError::Drawing)
    }
}
