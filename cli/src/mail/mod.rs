//! Mail outside of the program: how it is written, signed and handed to a mail server, and how it comes back.

pub(crate) mod bounce;
pub(crate) mod dkim;
mod letter;
mod smtp;

use std::path::PathBuf;

use anyhow::bail;
use counterfoil_billing::mail::SendMail;

use self::dkim::Dkim;
use self::letter::Sender;
use self::smtp::MailServer;
use crate::destinations::Destination;

/// The settings of mail, as they are written.
pub(crate) struct MailSettings {
    pub(crate) smtp_url: Option<String>,
    pub(crate) mail_from: Option<String>,
    pub(crate) smtp_ca: Option<PathBuf>,
    pub(crate) bounce_address: Option<String>,
    pub(crate) dkim_selector: Option<String>,
    pub(crate) dkim_key: Option<PathBuf>,
}

impl MailSettings {
    /// The transport that they describe, and where it leads; none, if they describe none.
    pub(crate) fn transport(self) -> anyhow::Result<Option<(SendMail, Destination)>> {
        let (url, from) = match (self.smtp_url, self.mail_from) {
            (Some(url), Some(from)) => (url, from),
            (None, None)
                if self.smtp_ca.is_none() && self.dkim_key.is_none() && self.bounce_address.is_none() =>
            {
                return Ok(None);
            }
            (None, None) => bail!("smtp_ca, bounce_address and dkim_key need smtp_url and mail_from"),
            _ => bail!("smtp_url and mail_from go together: give both or neither"),
        };
        let server = MailServer::parse(&url, self.smtp_ca.as_deref())?;
        let mut sender = Sender::parse(&from, self.bounce_address.as_deref())?;
        sender.dkim = match (self.dkim_selector, self.dkim_key) {
            (Some(selector), Some(key)) => Some(Dkim::load(&key, &selector, sender.domain())?),
            (None, None) => None,
            _ => bail!("dkim_selector and dkim_key go together: give both or neither"),
        };
        let destination = server.destination();
        Ok(Some((smtp::transport(server, sender), destination)))
    }
}
