//! The payment that a person names for an alert: a candidate, or a payment verified at the
//! processor.

use domain::account::is_processor_payment_id;
use domain::alert::Alert;
use domain::basics::time::ReportedTime;
use domain::matching::setup::EnrolmentSetup;
use domain::matching::{MatchCandidate, unite_views};
use domain::network::claim::Claim;
use domain::sale::Sale;
use flows::problem::ProblemDetails;
use jiff::Timestamp;

use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;
use crate::sales::processors::{self, pass_over};

/// Resolves a reference to a payment of the enrolment's merchants.
pub(super) async fn find_candidate(
    api: &ApiContext,
    setup: &EnrolmentSetup,
    alert: &Alert,
    reference: &str,
    now: Timestamp,
) -> Result<MatchCandidate, ProblemDetails> {
    let reference = reference.trim(); // as orders are stored
    let offered = alert
        .candidates()
        .iter()
        .chain(alert.sale())
        .find(|candidate| is_named_by(&candidate.sale, reference));
    if let Some(candidate) = offered {
        return Ok(candidate.clone());
    }
    let stored = unite_views(
        &setup
            .filter_own_sales(api.store.sales_by_reference(&alert.organisation, reference).await?),
    );
    let found = match stored.into_iter().next() {
        Some(sale) => Some(refresh_sale(api, setup, sale, now).await?),
        None => find_at_processors(api, setup, &alert.claim, reference, now).await?,
    };
    let unknown = || {
        ProblemDetails::invalid_field(
            "integration_transaction_id",
            "UNKNOWN_TRANSACTION",
            "The enrolment's merchants have no such payment.",
        )
    };
    found.map(|sale| MatchCandidate::from_named_sale(&alert.claim, sale)).ok_or_else(unknown)
}

fn is_named_by(sale: &Sale, reference: &str) -> bool {
    let charge = sale.payment.as_ref().and_then(|payment| payment.charge.as_deref());
    sale.transaction_id == reference || charge == Some(reference)
}

/// Returns the sale with its current refunds and disputes, if the processor lists the payment.
async fn refresh_sale(
    api: &ApiContext,
    setup: &EnrolmentSetup,
    sale: Sale,
    now: Timestamp,
) -> Result<Sale, ProblemDetails> {
    let Some(payment) = &sale.payment else { return Ok(sale) };
    let processor = api
        .processors
        .processor_of_payment(setup, payment, now)
        .await
        .map_err(|failure| to_unavailable(&failure).0)?;
    let Some(processor) = processor else { return Ok(sale) };
    match processor.refresh_sale(&sale).await {
        Ok(Some(fresh)) => Ok(fresh),
        Ok(None) => Ok(Sale { payment: None, ..sale }),
        Err(error) => pass_over(error).map(|_| sale),
    }
}

/// Looks up the payment at the processors of the enrolment's merchants.
async fn find_at_processors(
    api: &ApiContext,
    setup: &EnrolmentSetup,
    claim: &Claim,
    reference: &str,
    now: Timestamp,
) -> Result<Option<Sale>, ProblemDetails> {
    if !is_processor_payment_id(reference) {
        return Ok(None);
    }
    let told = (claim.disputed_amount(), ReportedTime::from_instant(claim.alerted_at));
    let found = processors::find_payment(
        api,
        &setup.organisation,
        &setup.processor_accounts(),
        reference,
        told,
        now,
    )
    .await?;
    Ok(setup.filter_own_sales(found.into_iter().collect()).into_iter().next())
}
