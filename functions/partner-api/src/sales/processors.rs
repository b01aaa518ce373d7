//! Payments without an order, read at processors.

use domain::account::Organisation;
use domain::basics::money::Money;
use domain::basics::time::ReportedTime;
use domain::matching::setup::ProcessorAccount;
use domain::sale::Sale;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use partners::PartnerError;

use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;

/// Looks up the payment in the accounts until an account has the payment. The simulated processor
/// has the payments whose ids follow its own scheme. `told` supplies amount and time if a processor
/// returns neither.
pub(crate) async fn find_payment(
    api: &ApiContext,
    organisation: &Organisation,
    accounts: &[ProcessorAccount<'_>],
    reference: &str,
    told: (Money, ReportedTime),
    now: Timestamp,
) -> Result<Option<Sale>, ProblemDetails> {
    let mut is_refused = false;
    for account in accounts {
        let processor = api
            .processors
            .processor_of_account(account, organisation.mode, now)
            .await
            .map_err(|failure| to_unavailable(&failure).0)?;
        let Some(processor) = processor else { continue };
        match processor.refresh_sale(&requested_sale(account, organisation, reference, told)).await
        {
            Ok(Some(sale)) => return Ok(Some(sale)),
            Ok(None) => {}
            Err(error) => is_refused |= pass_over(error)?,
        }
    }
    if is_refused { Err(key_refused()) } else { Ok(None) }
}

/// Builds the sale to look up, with only the payment reference; the processor adds the rest.
fn requested_sale(
    account: &ProcessorAccount<'_>,
    organisation: &Organisation,
    reference: &str,
    (amount, at): (Money, ReportedTime),
) -> Sale {
    let payment = account.payment_with_reference(reference);
    let bare = Sale::new_minimal(
        payment.sale_id(&organisation.id),
        reference.to_owned(),
        payment.integration.clone(),
        amount,
        at,
    );
    Sale { payment: Some(payment), merchant: account.merchant.cloned(), ..bare }
}

/// Decides whether a processor's error lets the search continue. A processor that rejects our key
/// is skipped; an unavailable processor may have the payment, and the client must retry. Returns
/// whether our key was rejected, because the payment may then exist unseen.
pub(crate) fn pass_over(error: PartnerError) -> Result<bool, ProblemDetails> {
    if error.is_transient() {
        return Err(error.into());
    }
    tracing::warn!("Processor passed over in looking up a payment: {error}");
    Ok(error == PartnerError::Unauthorised)
}

/// Builds the refusal for a payment that no processor returned while a processor rejected our key.
fn key_refused() -> ProblemDetails {
    let detail = "The processor does not accept the integration's key, so the payment cannot be \
        looked at: give the integration a new key.";
    ProblemDetails::new(Code::NoProcessor, detail)
}
