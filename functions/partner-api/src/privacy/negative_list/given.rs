//! Whom a request lists or looks for.

use domain::account::Reach;
use domain::account::enrolment::Fault;
use domain::basics::id::{AlertId, OrganisationId};
use domain::privacy::negative_list::{BadSubject, ListedKind, ListedReason, Subject};
use flows::problem::Problem;
use jiff::Timestamp;
use serde::Deserialize;
use store::Store;
use utoipa::ToSchema;

use crate::http::body::{MOST_NOTE, length, refuse, refuse_card_number_in};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::Asked;

/// A customer to be listed: the fields of its kind are needed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewNegativeListEntry)]
pub(crate) struct New {
    pub organisation_id: OrganisationId,
    kind: ListedKind,
    email: Option<String>,
    processor_customer_id: Option<String>,
    /// The card's first six or eight digits, with `last4` and `expiry`; a whole card number is
    /// refused.
    bin: Option<String>,
    last4: Option<String>,
    /// MM/YY, MM/YYYY or YYYY-MM.
    expiry: Option<String>,
    #[serde(default)]
    pub reason: ListedReason,
    pub source_alert_id: Option<AlertId>,
    pub note: Option<String>,
    /// After it the entry counts no more.
    pub expires_at: Option<Timestamp>,
}

impl New {
    /// Whom it lists.
    pub fn subject(&self, now: Timestamp) -> Result<Subject, Problem> {
        let past = self.expires_at.is_some_and(|until| until <= now);
        let faults = [
            self.note.as_deref().and_then(|note| length("note", note, MOST_NOTE)),
            past.then(|| Fault::new("expires_at", "OUT_OF_RANGE", "Must be in the future.")),
        ];
        refuse(faults.into_iter().flatten().collect())?;
        let subject = match self.kind {
            ListedKind::Email => Subject::email(needed("email", self.email.as_deref())?),
            ListedKind::ProcessorCustomer => Subject::processor_customer(needed(
                "processor_customer_id",
                self.processor_customer_id.as_deref(),
            )?),
            ListedKind::Card => {
                let (bin, last4) =
                    (needed("bin", self.bin.as_deref())?, needed("last4", self.last4.as_deref())?);
                Subject::card(bin, last4, needed("expiry", self.expiry.as_deref())?)
            }
        };
        subject.map_err(bad)
    }

    /// Refuses an alert that is not the organisation's.
    pub async fn refuse_others_alert(
        &self,
        store: &Store,
        organisation: &OrganisationId,
    ) -> Result<(), Problem> {
        let Some(id) = &self.source_alert_id else { return Ok(()) };
        let own = store.alert(id).await?.is_some_and(|alert| alert.organisation == *organisation);
        if own { Ok(()) } else { Err(missing("source_alert_id", "alert")) }
    }
}

/// Whose list a check is about.
pub(super) fn whose(caller: &Caller, asked: &Asked) -> Result<OrganisationId, Problem> {
    let unknown = || missing("organisation_id", "organisation");
    let id = match (asked.text("organisation_id"), &caller.0.reach) {
        (Some(id), _) => OrganisationId::try_from(id.to_owned()).map_err(|_| unknown())?,
        (None, Reach::Organisation(own)) => own.clone(),
        (None, Reach::Partner | Reach::Group(_)) => {
            return Err(Problem::field("organisation_id", "REQUIRED", "Is required."));
        }
    };
    if caller.0.reach.holds(&id) { Ok(id) } else { Err(unknown()) }
}

/// Whom a check looks for; a card by all three of its parts.
pub(super) fn looked_for(asked: &Asked) -> Result<Vec<Subject>, Problem> {
    let [email, customer, bin, last4, expiry] =
        ["email", "processor_customer_id", "bin", "last4", "expiry"]
            .map(|name| asked.text(name).filter(|text| !text.is_empty()));
    let names = ["email", "processor_customer_id", "bin", "last4", "expiry"];
    for (name, text) in names.into_iter().zip([email, customer, bin, last4, expiry]) {
        refuse_card_number_in(name, text.unwrap_or_default())?;
    }
    let mut subjects = Vec::new();
    subjects.extend(email.map(Subject::email));
    subjects.extend(customer.map(Subject::processor_customer));
    if bin.or(last4).or(expiry).is_some() {
        subjects.push(Subject::card(
            needed("bin", bin)?,
            needed("last4", last4)?,
            needed("expiry", expiry)?,
        ));
    }
    if subjects.is_empty() {
        return Err(Problem::field(
            "email",
            "REQUIRED",
            "Give `email`, `processor_customer_id`, or `bin`, `last4` and `expiry`.",
        ));
    }
    subjects.into_iter().map(|subject| subject.map_err(bad)).collect()
}

fn needed<'a>(field: &'static str, text: Option<&'a str>) -> Result<&'a str, Problem> {
    text.ok_or_else(|| Problem::field(field, "REQUIRED", "Is required."))
}

fn bad(bad: BadSubject) -> Problem {
    let mut letters = bad.must.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    Problem::field(bad.field, "INVALID", first.into_iter().chain(letters).collect::<String>())
}
