//! Whom an organisation's mails come from and what they say.

use counterfoil_identity::Actor;
use counterfoil_identity::EmailAddress;
use counterfoil_identity::permission::ManageOrganisation;
use counterfoil_invoice::Money;
use counterfoil_store::INSTALLATION;
use counterfoil_store::organisations::{MailSettings, MailText, Profile};
use counterfoil_store::outbox::{MessageKind, NewMessage};

use crate::billing::{Billing, Unavailable};
use crate::clock::fresh_id;
use crate::fields::Form;
use crate::letter::{self, Letter, LetterLanguage};
use crate::mail::Mail;
use crate::once::By;
use crate::organisations::hex;
use crate::share::LINK_LIFE;

/// Subject and text of an organisation in a language: its own, or the usual ones.
pub fn mail_text(settings: &MailSettings, language: LetterLanguage) -> MailText {
    let own = match language {
        LetterLanguage::English => &settings.english,
        LetterLanguage::German => &settings.german,
    };
    own.clone().unwrap_or_else(|| language.usual())
}

/// What is said, and by whom, before it is addressed.
pub(crate) fn mail(profile: &Profile, letter: &Letter<'_>, to: &str, message_id: String) -> Mail {
    let language = LetterLanguage::of(&profile.language);
    let (subject, text) = letter.write(language, &mail_text(&profile.mail, language));
    let contact = profile.seller.contact.as_ref().and_then(|contact| contact.email.clone());
    Mail {
        to: to.to_owned(),
        from_name: profile.mail.sender_name.clone().unwrap_or_else(|| letter.seller.to_owned()),
        reply_to: profile.mail.reply_to.clone().or(contact),
        subject,
        text,
        message_id,
    }
}

pub(crate) fn check(form: &mut Form, settings: &mut MailSettings) {
    form.optional("sender_name", &mut settings.sender_name);
    form.optional("reply_to", &mut settings.reply_to);
    if let Some(Err(problem)) = settings.reply_to.as_deref().map(EmailAddress::parse) {
        form.wrong("reply_to", problem);
    }
    for (fields, language, words) in [
        (("subject_en", "text_en"), LetterLanguage::English, &mut settings.english),
        (("subject_de", "text_de"), LetterLanguage::German, &mut settings.german),
    ] {
        *words = words.take().and_then(|words| letter::check(form, fields, language, words));
    }
}

impl Billing {
    /// Queues a mail as customers get it to whoever asks, once for one form: its document is an example, and its link leads
    /// to none. Gives the address.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn send_test_mail(
        &self,
        by: impl Into<By<'_, ManageOrganisation>>,
    ) -> Result<Option<String>, Unavailable> {
        let by = by.into();
        let now = self.clock().now();
        let Some(to) = self.address_of(&by).await? else { return Ok(None) };
        let mut books = self.store().write(by.organisation()).await?;
        let profile = books.organisation_profile().await?.profile;
        let today = self.clock().today(self.time_zone());
        let letter = Letter {
            number: &profile.numbering.invoices.example(today),
            is_credit_note: false,
            seller: &profile.seller.name,
            buyer: "Example Ltd",
            amount: Money::from_minor(100, profile.currency),
            link: &format!("{}/portal", self.base_url()),
            verify: &format!("{}/verify", self.base_url()),
            until: (now + LINK_LIFE).to_zoned(self.time_zone().clone()).date(),
        };
        let id = fresh_id(now);
        let mail = mail(&profile, &letter, &to, self.message_id(id));
        let dedupe_key =
            by.form_hash().map_or_else(|| format!("mail:{id}"), |hash| format!("mail:{}", hex(hash)));
        let message = NewMessage {
            id,
            kind: MessageKind::Mail,
            dedupe_key: &dedupe_key,
            // Of no document.
            subject: by.organisation().uuid(),
            recipient: Some(&to),
            payload: &mail,
        };
        books.insert_message(&message, now).await?;
        books.commit().await?;
        Ok(Some(to))
    }

    /// The address of the person who acts; the operator has none.
    async fn address_of(&self, by: &Actor<ManageOrganisation>) -> Result<Option<String>, Unavailable> {
        let Some(person) = by.person() else { return Ok(None) };
        let mut books = self.store().read(INSTALLATION).await?;
        Ok(books.find_person(person).await?.map(|person| person.profile.email))
    }
}
