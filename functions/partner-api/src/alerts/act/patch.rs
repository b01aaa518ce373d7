//! The body of a person's action on an alert, and the checks that need no alert.

use domain::account::enrolment::FieldError;
use domain::account::person::Requester;
use domain::alert::Declaration;
use domain::rules::ruleset::AlertAction;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{MOST_NOTE, refuse_faults};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertAction)]
pub(crate) struct AlertActionPatch {
    /// The action; absent to store only the note.
    pub action: Option<AlertAction>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// The payment of the alert, if the search returned none or several.
    #[schema(max_length = 255)]
    pub integration_transaction_id: Option<String>,
    /// The amount to refund, in the payment's currency; the disputed amount by default.
    #[schema(minimum = 1)]
    pub refund_amount_in_cents: Option<u64>,
    /// Whether the money was returned by other means. False goes with `ACCEPT_DISPUTE` of a
    /// `REFUND_UNCONFIRMED` alert: the processor lists no refund.
    pub refunded_externally: Option<bool>,
    /// Whether the subscription was cancelled by other means; goes with `CANCEL` and
    /// `REFUND_AND_CANCEL`.
    pub cancelled_externally: Option<bool>,
    /// The external reference of a refund made elsewhere.
    #[schema(max_length = 255)]
    pub refund_reference: Option<String>,
}

impl AlertActionPatch {
    /// Refuses a patch that no alert could accept.
    pub fn refuse_invalid(&self) -> Result<(), ProblemDetails> {
        let faults = [
            self.fields_without_action(),
            self.fields_of_other_actions(),
            self.values_out_of_range(),
        ];
        refuse_faults(faults.into_iter().flatten().collect())
    }

    /// Lists the errors of a patch without an action.
    fn fields_without_action(&self) -> Vec<FieldError> {
        let nothing = self.action.is_none() && self.note.is_none();
        let unnamed = self.integration_transaction_id.is_some() && self.action.is_none();
        let faults = [
            nothing.then(|| {
                FieldError::new("action", "REQUIRED", "Give an `action`, a `note` or both.")
            }),
            unnamed.then(|| {
                FieldError::new(
                    "integration_transaction_id",
                    "NOT_TAKEN",
                    "Goes with an `action` only.",
                )
            }),
        ];
        faults.into_iter().flatten().collect()
    }

    /// Lists the fields that belong to other actions.
    fn fields_of_other_actions(&self) -> Vec<FieldError> {
        let refunds = self.action.is_some_and(AlertAction::includes_refund);
        let cancels = self.action.is_some_and(AlertAction::includes_cancellation);
        let denies = self.action.is_some_and(AlertAction::denies_payment);
        let only = |field: &str, given: bool, fits: bool, message: &str| {
            (given && !fits).then(|| FieldError::new(field, "NOT_TAKEN", message))
        };
        let of_refund = |field: &str, given: bool| {
            only(field, given, refunds, "Goes with REFUND or REFUND_AND_CANCEL only.")
        };
        let faults = [
            of_refund("refund_amount_in_cents", self.refund_amount_in_cents.is_some()),
            of_refund("refunded_externally", self.refunded_externally == Some(true)),
            of_refund("refund_reference", self.refund_reference.is_some()),
            only(
                "cancelled_externally",
                self.cancelled_externally == Some(true),
                cancels,
                "Goes with CANCEL or REFUND_AND_CANCEL only.",
            ),
            only(
                "integration_transaction_id",
                self.integration_transaction_id.is_some(),
                !denies,
                "Goes with no action that says there is no payment.",
            ),
        ];
        faults.into_iter().flatten().collect()
    }

    /// Lists the amounts that are too small and the texts that are too long.
    fn values_out_of_range(&self) -> Vec<FieldError> {
        let zero = self.refund_amount_in_cents == Some(0);
        let long = |field: &str, text: &Option<String>, most: usize| {
            let long = text.as_ref().is_some_and(|text| text.chars().count() > most);
            long.then(|| {
                FieldError::new(field, "TOO_LONG", format!("At most {most} characters are taken."))
            })
        };
        let faults = [
            zero.then(|| {
                FieldError::new("refund_amount_in_cents", "OUT_OF_RANGE", "Must be more than 0.")
            }),
            long("note", &self.note, MOST_NOTE),
            long("refund_reference", &self.refund_reference, 255),
            long("integration_transaction_id", &self.integration_transaction_id, 255),
        ];
        faults.into_iter().flatten().collect()
    }

    /// Returns the person's declaration that the money was returned by other means, if present.
    pub(super) fn refund_declaration(&self, by: &Requester, now: Timestamp) -> Option<Declaration> {
        (self.refunded_externally == Some(true)).then(|| self.build_declaration(by, now))
    }

    /// Returns the person's declaration that the subscription was cancelled by other means, if
    /// present.
    pub(super) fn cancel_declaration(&self, by: &Requester, now: Timestamp) -> Option<Declaration> {
        (self.cancelled_externally == Some(true)).then(|| Declaration {
            by: by.clone(),
            at: now,
            reference: None,
        })
    }

    /// Builds the declaration, with the reference of the refund.
    pub(super) fn build_declaration(&self, by: &Requester, now: Timestamp) -> Declaration {
        Declaration { by: by.clone(), at: now, reference: self.refund_reference.clone() }
    }
}
