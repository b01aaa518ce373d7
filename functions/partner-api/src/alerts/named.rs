//! The payment that a person names for an alert: one of the candidates, or one that is verified.

use domain::alert::Alert;
use domain::basics::time::Moment;
use domain::matching::setup::Setup;
use domain::matching::{Candidate, unite};
use domain::network::claim::Claim;
use domain::sale::Sale;
use domain::sale::order::names_payment;
use flows::problem::Problem;
use jiff::Timestamp;

use crate::http::response::failed;
use crate::http::state::Api;
use crate::sales::processors::{self, pass_over};

/// The candidate of a reference. It must be a payment of the enrolment's merchants.
pub(super) async fn named(
    api: &Api,
    setup: &Setup,
    alert: &Alert,
    reference: &str,
    now: Timestamp,
) -> Result<Candidate, Problem> {
    let reference = reference.trim(); // as orders are kept
    let offered = alert
        .candidates()
        .iter()
        .chain(alert.sale())
        .find(|candidate| goes_by(&candidate.sale, reference));
    if let Some(candidate) = offered {
        return Ok(candidate.clone());
    }
    let stored = unite(&setup.own(api.store.sales_named(&alert.organisation, reference).await?));
    let found = match stored.into_iter().next() {
        Some(sale) => Some(as_processor_has_it(api, setup, sale, now).await?),
        None => at_processors(api, setup, &alert.claim, reference, now).await?,
    };
    let unknown = || {
        Problem::field(
            "integration_transaction_id",
            "UNKNOWN_TRANSACTION",
            "The enrolment's merchants have no such payment.",
        )
    };
    found.map(|sale| Candidate::named(&alert.claim, sale)).ok_or_else(unknown)
}

fn goes_by(sale: &Sale, reference: &str) -> bool {
    let charge = sale.payment.as_ref().and_then(|payment| payment.charge.as_deref());
    sale.transaction_id == reference || charge == Some(reference)
}

/// The sale with the refunds and disputes it has by now, where its processor knows it.
async fn as_processor_has_it(
    api: &Api,
    setup: &Setup,
    sale: Sale,
    now: Timestamp,
) -> Result<Sale, Problem> {
    let Some(payment) = &sale.payment else { return Ok(sale) };
    let processor =
        api.processors.holding(setup, payment, now).await.map_err(|failure| failed(&failure).0)?;
    let Some(processor) = processor else { return Ok(sale) };
    match processor.payment(&sale).await {
        Ok(Some(fresh)) => Ok(fresh),
        Ok(None) => Ok(Sale { payment: None, ..sale }),
        Err(error) => pass_over(error).map(|_| sale),
    }
}

/// The payment at a processor of the enrolment's merchants.
async fn at_processors(
    api: &Api,
    setup: &Setup,
    claim: &Claim,
    reference: &str,
    now: Timestamp,
) -> Result<Option<Sale>, Problem> {
    if !names_payment(reference) {
        return Ok(None);
    }
    let told = (claim.disputed(), Moment::of(claim.alerted_at));
    let found =
        processors::find(api, &setup.organisation, &setup.processors(), reference, told, now)
            .await?;
    Ok(setup.own(found.into_iter().collect()).into_iter().next())
}
