//! Owners of addresses, as they are: they open the link of a confirmation mail and press a button.

use axum::body::Body;
use axum::extract::Request;

use super::World;
use crate::aws::Mail;

/// Where the page behind a confirmation mail is.
const PAGE: &str = "/v1/confirmation-pages/";

impl Mail {
    /// The path of the page on which its reader agrees or refuses, if it asks for that.
    #[must_use]
    pub fn confirmation_path(&self) -> Option<String> {
        let link = self.text.lines().find(|line| line.contains(PAGE))?;
        Some(link[link.find(PAGE)?..].to_owned())
    }
}

impl World {
    /// The mails to an address but those that ask for its owner's consent.
    #[must_use]
    pub fn mails_after_consent(&self, address: &str) -> Vec<Mail> {
        self.aws
            .mailbox()
            .of(address)
            .into_iter()
            .filter(|mail| mail.confirmation_path().is_none())
            .collect()
    }

    /// The owner of an address answers the latest mail that asks for it, `CONFIRM` or `REFUSE`, and
    /// what waits for that happens.
    ///
    /// # Panics
    /// If no mail asked, or the page does not take the answer.
    pub async fn answer_mail(&self, address: &str, answer: &str) {
        while self.turn().await {}
        let mails = self.aws.mailbox().of(address);
        let path = mails.iter().rev().find_map(Mail::confirmation_path).expect("a mail that asks");
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded");
        let response = self
            .answer(request.body(Body::from(format!("answer={answer}"))).expect("a request"))
            .await;
        assert_eq!(response.status(), 303, "{address} {answer}");
        while self.turn().await {}
    }

    /// The owner of an address confirms it.
    ///
    /// # Panics
    /// If no mail asked.
    pub async fn confirm(&self, address: &str) {
        self.answer_mail(address, "CONFIRM").await;
    }
}
