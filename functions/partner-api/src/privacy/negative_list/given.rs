//! The customers that a request adds to a negative list or looks up.

use domain::account::ApiKeyScope;
use domain::account::enrolment::FieldError;
use domain::basics::id::{AlertId, OrganisationId};
use domain::privacy::negative_list::{
    InvalidSubject, NegativeListKind, NegativeListReason, NegativeListSubject,
};
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::Deserialize;
use store::Store;
use utoipa::ToSchema;

use crate::http::body::{MOST_NOTE, length_fault, refuse_card_number_in, refuse_faults};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::ListQuery;

/// A customer to add to the list; the fields of the given kind are required.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewNegativeListEntry)]
pub(crate) struct CreateNegativeEntry {
    pub organisation_id: OrganisationId,
    kind: NegativeListKind,
    email: Option<String>,
    processor_customer_id: Option<String>,
    /// The card's first six or eight digits, with `last4` and `expiry`; a full card number is
    /// refused.
    bin: Option<String>,
    last4: Option<String>,
    /// MM/YY, MM/YYYY or YYYY-MM.
    expiry: Option<String>,
    #[serde(default)]
    pub reason: NegativeListReason,
    pub source_alert_id: Option<AlertId>,
    pub note: Option<String>,
    /// The time at which the entry expires.
    pub expires_at: Option<Timestamp>,
}

impl CreateNegativeEntry {
    /// Returns the customer that the entry lists.
    pub fn to_subject(&self, now: Timestamp) -> Result<NegativeListSubject, ProblemDetails> {
        let past = self.expires_at.is_some_and(|until| until <= now);
        let faults = [
            self.note.as_deref().and_then(|note| length_fault("note", note, MOST_NOTE)),
            past.then(|| FieldError::new("expires_at", "OUT_OF_RANGE", "Must be in the future.")),
        ];
        refuse_faults(faults.into_iter().flatten().collect())?;
        let subject = match self.kind {
            NegativeListKind::Email => {
                NegativeListSubject::from_email(require_text("email", self.email.as_deref())?)
            }
            NegativeListKind::ProcessorCustomer => NegativeListSubject::from_processor_customer(
                require_text("processor_customer_id", self.processor_customer_id.as_deref())?,
            ),
            NegativeListKind::Card => {
                let (bin, last4) = (
                    require_text("bin", self.bin.as_deref())?,
                    require_text("last4", self.last4.as_deref())?,
                );
                NegativeListSubject::from_card(
                    bin,
                    last4,
                    require_text("expiry", self.expiry.as_deref())?,
                )
            }
        };
        subject.map_err(subject_problem)
    }

    /// Refuses an alert of another organisation.
    pub async fn refuse_others_alert(
        &self,
        store: &Store,
        organisation: &OrganisationId,
    ) -> Result<(), ProblemDetails> {
        let Some(id) = &self.source_alert_id else { return Ok(()) };
        let own =
            store.read_alert(id).await?.is_some_and(|alert| alert.organisation == *organisation);
        if own { Ok(()) } else { Err(missing_reference("source_alert_id", "alert")) }
    }
}

/// Returns the organisation whose list is checked.
pub(super) fn checked_organisation(
    caller: &ApiCaller,
    asked: &ListQuery,
) -> Result<OrganisationId, ProblemDetails> {
    let unknown = || missing_reference("organisation_id", "organisation");
    let id = match (asked.filter_text("organisation_id"), &caller.0.reach) {
        (Some(id), _) => OrganisationId::try_from(id.to_owned()).map_err(|_| unknown())?,
        (None, ApiKeyScope::Organisation(own)) => own.clone(),
        (None, ApiKeyScope::Partner | ApiKeyScope::Group(_)) => {
            return Err(ProblemDetails::invalid_field(
                "organisation_id",
                "REQUIRED",
                "Is required.",
            ));
        }
    };
    if caller.0.reach.has_organisation(&id) { Ok(id) } else { Err(unknown()) }
}

/// Returns the customers to look up; a card needs all three of its parts.
pub(super) fn checked_subjects(
    asked: &ListQuery,
) -> Result<Vec<NegativeListSubject>, ProblemDetails> {
    let [email, customer, bin, last4, expiry] =
        ["email", "processor_customer_id", "bin", "last4", "expiry"]
            .map(|name| asked.filter_text(name).filter(|text| !text.is_empty()));
    let names = ["email", "processor_customer_id", "bin", "last4", "expiry"];
    for (name, text) in names.into_iter().zip([email, customer, bin, last4, expiry]) {
        refuse_card_number_in(name, text.unwrap_or_default())?;
    }
    let mut subjects = Vec::new();
    subjects.extend(email.map(NegativeListSubject::from_email));
    subjects.extend(customer.map(NegativeListSubject::from_processor_customer));
    if bin.or(last4).or(expiry).is_some() {
        subjects.push(NegativeListSubject::from_card(
            require_text("bin", bin)?,
            require_text("last4", last4)?,
            require_text("expiry", expiry)?,
        ));
    }
    if subjects.is_empty() {
        return Err(ProblemDetails::invalid_field(
            "email",
            "REQUIRED",
            "Give `email`, `processor_customer_id`, or `bin`, `last4` and `expiry`.",
        ));
    }
    subjects.into_iter().map(|subject| subject.map_err(subject_problem)).collect()
}

fn require_text<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str, ProblemDetails> {
    text.ok_or_else(|| ProblemDetails::invalid_field(field, "REQUIRED", "Is required."))
}

fn subject_problem(bad: InvalidSubject) -> ProblemDetails {
    let mut letters = bad.must.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    ProblemDetails::invalid_field(
        bad.field,
        "INVALID",
        first.into_iter().chain(letters).collect::<String>(),
    )
}
