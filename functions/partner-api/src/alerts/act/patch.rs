//! The body of a person's action on an alert, and what no alert could take.

use domain::account::enrolment::Fault;
use domain::account::person::Person;
use domain::alert::Declaration;
use domain::rules::ruleset::Action;
use flows::problem::Problem;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{MOST_NOTE, refuse};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AlertAction)]
pub(crate) struct Patch {
    /// What is to be done; without one only the note is kept.
    pub action: Option<Action>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Which payment the alert is about, where none was found or several may be.
    #[schema(max_length = 255)]
    pub integration_transaction_id: Option<String>,
    /// How much to give back, in the payment's currency; what is disputed if it is not given.
    #[schema(minimum = 1)]
    pub refund_amount_in_cents: Option<u64>,
    /// Whether the money went back by another way. False goes with `ACCEPT_DISPUTE` of an alert
    /// that is `REFUND_UNCONFIRMED`: the processor shows none.
    pub refunded_externally: Option<bool>,
    /// Whether the subscription was ended by another way; goes with `CANCEL` and
    /// `REFUND_AND_CANCEL`.
    pub cancelled_externally: Option<bool>,
    /// By what a refund made elsewhere is known there.
    #[schema(max_length = 255)]
    pub refund_reference: Option<String>,
}

impl Patch {
    /// Refuses what no alert could take.
    pub fn refuse(&self) -> Result<(), Problem> {
        let faults = [
            self.fields_without_action(),
            self.fields_of_other_actions(),
            self.values_out_of_range(),
        ];
        refuse(faults.into_iter().flatten().collect())
    }

    /// What is wrong where no action is given.
    fn fields_without_action(&self) -> Vec<Fault> {
        let nothing = self.action.is_none() && self.note.is_none();
        let unnamed = self.integration_transaction_id.is_some() && self.action.is_none();
        let faults = [
            nothing
                .then(|| Fault::new("action", "REQUIRED", "Give an `action`, a `note` or both.")),
            unnamed.then(|| {
                Fault::new("integration_transaction_id", "NOT_TAKEN", "Goes with an `action` only.")
            }),
        ];
        faults.into_iter().flatten().collect()
    }

    /// The fields that go with other actions than the given one.
    fn fields_of_other_actions(&self) -> Vec<Fault> {
        let refunds = self.action.is_some_and(Action::refunds);
        let cancels = self.action.is_some_and(Action::cancels);
        let denies = self.action.is_some_and(Action::denies);
        let only = |field: &str, given: bool, fits: bool, message: &str| {
            (given && !fits).then(|| Fault::new(field, "NOT_TAKEN", message))
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

    /// The amounts that are too small and the texts that are too long.
    fn values_out_of_range(&self) -> Vec<Fault> {
        let zero = self.refund_amount_in_cents == Some(0);
        let long = |field: &str, text: &Option<String>, most: usize| {
            let long = text.as_ref().is_some_and(|text| text.chars().count() > most);
            long.then(|| {
                Fault::new(field, "TOO_LONG", format!("At most {most} characters are taken."))
            })
        };
        let faults = [
            zero.then(|| {
                Fault::new("refund_amount_in_cents", "OUT_OF_RANGE", "Must be more than 0.")
            }),
            long("note", &self.note, MOST_NOTE),
            long("refund_reference", &self.refund_reference, 255),
            long("integration_transaction_id", &self.integration_transaction_id, 255),
        ];
        faults.into_iter().flatten().collect()
    }

    /// The person's word that the money went back by another way, where it is given.
    pub(super) fn word(&self, by: &Person, now: Timestamp) -> Option<Declaration> {
        (self.refunded_externally == Some(true)).then(|| self.declaration(by, now))
    }

    /// The person's word that the subscription was ended by another way, where it is given.
    pub(super) fn cancelled(&self, by: &Person, now: Timestamp) -> Option<Declaration> {
        (self.cancelled_externally == Some(true)).then(|| Declaration {
            by: by.clone(),
            at: now,
            reference: None,
        })
    }

    /// The person's word with the reference that is given for the refund.
    pub(super) fn declaration(&self, by: &Person, now: Timestamp) -> Declaration {
        Declaration { by: by.clone(), at: now, reference: self.refund_reference.clone() }
    }
}
