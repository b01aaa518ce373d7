//! What members do with their mails.

use serde_json::json;

use super::play::{Failed, Play};
use super::words::Words;
use crate::mails::{path_in, visit, written};

impl Play {
    /// `member kim [unconfirmed]`: one of the shop's, who wants every mail and has confirmed the
    /// address.
    pub async fn member(&mut self, words: &mut Words) -> Result<(), Failed> {
        let email = address(&words.next("the member's name")?);
        let organisation = &self.shop()?.organisation;
        let body = json!({
            "organisation_id": organisation, "first_name": "K", "last_name": "D", "email": email,
            "role": "STANDARD"
        });
        self.make("/v1/memberships/", &body).await?;
        if words.has("unconfirmed") {
            self.world.settle().await;
        } else {
            self.world.confirm(&email).await;
        }
        Ok(())
    }

    /// `answers CONFIRM by kim`: on the page behind the latest mail that asks for it.
    pub async fn answers(&mut self, words: &mut Words) -> Result<(), Failed> {
        let answer = words.next("the button")?;
        let to = address(&words.after("by").ok_or("say by whom")?);
        self.world.answer_mail(&to, &answer).await;
        Ok(())
    }

    /// `page REFUND [elsewhere] [reference cheque-4] [names payment 2] by kim`: by the link in the
    /// member's latest mail.
    pub async fn page(&mut self, words: &mut Words) -> Result<(), Failed> {
        let action = words.next("the button")?;
        let elsewhere = if words.has("elsewhere") { "yes" } else { "" };
        let reference = words.after("reference").unwrap_or_default();
        let named =
            if words.begin("names payment") { Some(words.next("which payment")?) } else { None };
        let named = named
            .map(|number| number.parse().map_err(|_| "a payment is named by its number"))
            .transpose()?;
        let named = named
            .and_then(|number: usize| self.payments.get(number.checked_sub(1)?))
            .map(|paid| paid.intent.clone());
        let to = address(&words.after("by").ok_or("say by whom")?);
        let path =
            path_in(self.world.mails_after_consent(&to).last().ok_or("the member has no mail")?);
        let page = visit(&self.world, "GET", &path, "").await;
        let more = [
            ("elsewhere", elsewhere),
            ("reference", &reference),
            ("transaction", named.as_deref().unwrap_or_default()),
        ];
        let first = [("seen", page.field("seen").unwrap_or_default()), ("action", action.as_str())];
        let form = [first.as_slice(), &more].concat();
        let answer = visit(&self.world, "POST", &path, &written(&form)).await;
        self.answer = Some((answer.status, json!({ "status": "by the page" })));
        Ok(())
    }

    /// One line for each mail that left; members are written to in the order of their ids, which
    /// are random.
    pub fn mails(&self) -> Vec<String> {
        let mut mails = self.world.aws.mailbox().all();
        mails.sort_by(|a, b| (a.at, &a.to).cmp(&(b.at, &b.to)));
        mails.iter().map(|mail| format!("to {}: {}", mail.to.join(" "), mail.subject)).collect()
    }
}

fn address(name: &str) -> String {
    format!("{name}@acme.example")
}
