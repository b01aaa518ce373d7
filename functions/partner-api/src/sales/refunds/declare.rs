//! A person's word on a refund of which its processor tells nothing.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Fault;
use domain::account::person::Person;
use domain::refund::manual::{HandDid, HandRefund};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use views::manual_refund::{Fields, shown};

use super::{One, seen};
use crate::http::body::{Given, length, refuse};
use crate::http::caller::Caller;
use crate::http::response::{Answer, Shown};
use crate::http::state::{Api, Shared};

/// The most characters of a reference.
const MOST_REFERENCE: usize = 255;

/// What a person found at the processor.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RefundDeclaration)]
pub(crate) struct Word {
    status: Became,
    /// The refund's id at its processor, where it is known.
    #[schema(max_length = 255)]
    refund_reference: Option<String>,
}

/// What became of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = RefundBecame)]
enum Became {
    /// The money went back.
    Succeeded,
    /// It did not.
    Failed,
}

impl Word {
    fn refuse(&self) -> Result<(), Problem> {
        let reference = self.refund_reference.as_deref();
        let of_nothing = self.status == Became::Failed && reference.is_some();
        let faults = [
            reference.and_then(|text| length("refund_reference", text, MOST_REFERENCE)),
            of_nothing.then(|| {
                Fault::new("refund_reference", "NOT_TAKEN", "Goes with `SUCCEEDED` only.")
            }),
        ];
        refuse(faults.into_iter().flatten().collect())
    }
}

/// Says what became of an `UNCONFIRMED` refund.
///
/// Look at the processor first: what is said here counts in the payment's ledger, and alerts about
/// the payment may be answered by it. Should the processor tell otherwise later, its word counts.
#[utoipa::path(
    patch, path = "/v1/refunds/{id}", operation_id = "refunds_declare", request_body = Word,
    responses((status = 200, body = One)), security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn declare(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("refunds:write")?;
    let refund = seen(&api, &caller, id).await?;
    let Given { body: word, now } = Given::<Word>::read(request).await?;
    word.refuse()?;
    let wanted =
        if word.status == Became::Succeeded { HandDid::Succeeded } else { HandDid::Failed };
    if refund.state.did() == wanted {
        return Ok(Json(shown(&refund)));
    }
    if !refund.is_unconfirmed() {
        return Err(Problem::new(
            Code::Conflict,
            "Only what became of an `UNCONFIRMED` refund can be said.",
        )
        .into());
    }
    let said = refund.declared(
        word.status == Became::Succeeded,
        word.refund_reference,
        Person::from(caller.0.id.clone()),
        now,
    );
    keep(&api, &said, now).await?;
    Ok(Json(shown(&said)))
}

/// The ledger first: a repeat finds there what was said. Whoever looks at the processor meanwhile
/// is waited for.
async fn keep(api: &Api, said: &HandRefund, now: Timestamp) -> Result<(), Problem> {
    let ledger = api.store.ledger(&said.sale.id).await?;
    if ledger.busy_until(now).is_some() {
        return Err(Problem::new(
            Code::Conflict,
            "The payment is being looked at; try again in some minutes.",
        ));
    }
    if let Some((result, given)) = said.told() {
        api.store.enter(&ledger.settled(&said.id, &result, given)).await?;
    }
    Ok(api.store.commit_hand_refund(said).await?)
}
