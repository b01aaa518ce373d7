//! Conversion of the page's form into the action patch that an API key sends by PATCH.

use domain::basics::card::has_card_number;
use domain::rules::ruleset::AlertAction;
use flows::problem::{Code, ProblemDetails};
use serde::Deserialize;
use utoipa::ToSchema;

use super::visit::AlertVisit;
use crate::alerts::act::AlertActionPatch;

/// The fields of the form. A field that the browser leaves empty counts as absent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertPageForm)]
pub(super) struct AlertPageForm {
    action: Option<AlertAction>,
    /// The payment chosen from the list.
    #[serde(default)]
    transaction: String,
    #[serde(default)]
    other_transaction: String,
    /// Whether the money was returned by other means.
    #[serde(default)]
    elsewhere: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    note: String,
    /// The state mark of the alert when the page was rendered.
    #[serde(default)]
    seen: String,
}

impl AlertPageForm {
    /// Builds the action patch for the alert state that the member saw.
    pub fn into_patch(self, visit: &AlertVisit) -> Result<AlertActionPatch, ProblemDetails> {
        self.refuse_card_number()?;
        let moved = self.seen != visit.state_mark();
        if moved && visit.alert.status_view().is_actionable {
            return Err(ProblemDetails::new(
                Code::Conflict,
                "The alert changed since it was looked at.",
            ));
        }
        let refunds = self.action.is_some_and(AlertAction::includes_refund);
        let denies =
            self.action == Some(AlertAction::AcceptDispute) && visit.alert.is_refund_unconfirmed();
        let elsewhere = self.elsewhere == "yes" || !visit.moves_money();
        let declares = refunds && elsewhere;
        let cancelled = elsewhere && self.action.is_some_and(AlertAction::includes_cancellation);
        let says_not_found = self.action.is_some_and(AlertAction::denies_payment);
        let patch = AlertActionPatch {
            action: self.action,
            note: non_blank(&self.note),
            integration_transaction_id: non_blank(&self.other_transaction)
                .or(non_blank(&self.transaction))
                .filter(|_| !says_not_found),
            refund_amount_in_cents: None,
            refunded_externally: (declares || denies).then_some(declares),
            cancelled_externally: cancelled.then_some(true),
            refund_reference: non_blank(&self.reference).filter(|_| declares),
        };
        patch.refuse_invalid()?;
        Ok(patch)
    }

    fn refuse_card_number(&self) -> Result<(), ProblemDetails> {
        let texts = [
            ("payment", &self.transaction),
            ("payment", &self.other_transaction),
            ("reference", &self.reference),
            ("note", &self.note),
        ];
        if let Some((name, _)) = texts.into_iter().find(|(_, text)| has_card_number(text)) {
            let detail = format!(
                "What is in the field “{name}” looks like a card number. Please leave it out; \
                 nothing was kept."
            );
            return Err(ProblemDetails::new(Code::CardNumberRefused, detail));
        }
        Ok(())
    }
}

fn non_blank(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
