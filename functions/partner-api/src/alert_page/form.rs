//! What the page's form sends, as the same order that a key's PATCH gives.

use domain::basics::card::holds_card_number;
use domain::rules::ruleset::Action;
use flows::problem::{Code, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

use super::visit::Visit;
use crate::alerts::act::Patch;

/// The fields of the form; what a browser leaves empty is not given.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertPageForm)]
pub(super) struct Fields {
    action: Option<Action>,
    /// The payment that was chosen, or typed in.
    #[serde(default)]
    transaction: String,
    #[serde(default)]
    other_transaction: String,
    /// Whether the money went back by another way.
    #[serde(default)]
    elsewhere: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    note: String,
    /// How the alert stood when the member saw it.
    #[serde(default)]
    seen: String,
}

impl Fields {
    /// The order, over exactly what the member saw.
    pub fn patch(self, visit: &Visit) -> Result<Patch, Problem> {
        let texts = [
            ("payment", &self.transaction),
            ("payment", &self.other_transaction),
            ("reference", &self.reference),
            ("note", &self.note),
        ];
        if let Some((name, _)) = texts.into_iter().find(|(_, text)| holds_card_number(text)) {
            let detail = format!(
                "What is in the field “{name}” looks like a card number. Please leave it out; \
                 nothing was kept."
            );
            return Err(Problem::new(Code::CardNumberRefused, detail));
        }
        let moved = self.seen != visit.seen();
        if moved && visit.alert.view().is_actionable {
            return Err(Problem::new(Code::Conflict, "The alert changed since it was looked at."));
        }
        let refunds = self.action.is_some_and(Action::refunds);
        let denies = self.action == Some(Action::AcceptDispute) && visit.alert.is_unconfirmed();
        let elsewhere = self.elsewhere == "yes" || !visit.moves_money();
        let declares = refunds && elsewhere;
        let cancelled = elsewhere && self.action.is_some_and(Action::cancels);
        let says_not_found = self.action.is_some_and(Action::denies);
        let patch = Patch {
            action: self.action,
            note: given(&self.note),
            integration_transaction_id: given(&self.other_transaction)
                .or(given(&self.transaction))
                .filter(|_| !says_not_found),
            refund_amount_in_cents: None,
            refunded_externally: (declares || denies).then_some(declares),
            cancelled_externally: cancelled.then_some(true),
            refund_reference: given(&self.reference).filter(|_| declares),
        };
        patch.refuse()?;
        Ok(patch)
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
