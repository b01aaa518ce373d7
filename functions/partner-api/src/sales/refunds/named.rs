//! The payment that a path names, with its current state at the processor.

use domain::account::is_processor_payment_id;
use domain::account::{Integration, IntegrationStatus, Merchant, Organisation, REFERENCE_CURRENCY};
use domain::basics::id::{MerchantId, OrganisationId};
use domain::basics::money::Money;
use domain::basics::time::ReportedTime;
use domain::matching::setup::enabled_processor_accounts as accounts_of;
use domain::matching::unite_views;
use domain::sale::Sale;
use flows::problem::ProblemDetails;
use jiff::Timestamp;

use crate::http::body::refuse_card_number_in;
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;
use crate::sales::processors::{self, pass_over};

/// The longest reference.
const MOST_REFERENCE: usize = 255;
/// The most organisations searched for a reference; beyond that, the request must name the
/// organisation.
const MOST_SEARCHED: usize = 25;

/// A payment of an organisation.
pub(super) struct NamedPayment {
    pub organisation: OrganisationId,
    pub sale: Sale,
    /// Whether a callable processor has the payment.
    pub is_held: bool,
}

/// Resolves a reference in the given organisation, or in the only visible organisation that has the
/// payment.
pub(super) async fn find_payment(
    api: &ApiContext,
    caller: &ApiCaller,
    reference: &str,
    of: Option<&str>,
    now: Timestamp,
) -> Result<NamedPayment, ProblemDetails> {
    refuse_card_number_in("reference", reference)?;
    let reference = reference.trim(); // as orders are stored
    let organisations = caller.visible_organisations(&api.store, of).await?;
    if of.is_some() && organisations.is_empty() {
        return Err(missing_reference("organisation_id", "organisation"));
    }
    if organisations.len() > MOST_SEARCHED {
        return Err(ProblemDetails::invalid_field(
            "organisation_id",
            "REQUIRED",
            "Is required of a key that sees so many organisations.",
        ));
    }
    let mut found = find_sales(api, &organisations, reference).await?;
    match (found.pop(), found.is_empty(), organisations.as_slice()) {
        (Some((organisation, sale)), true, _) => {
            refresh_payment(api, organisation, sale, now).await
        }
        (Some(_), false, _) => Err(ProblemDetails::invalid_field(
            "organisation_id",
            "AMBIGUOUS",
            "Several payments go by this reference; name the organisation, or the processor's own \
             id.",
        )),
        (None, _, [only]) => find_at_processors(api, only, reference, now).await,
        (None, _, [_, _, ..]) if is_processor_payment_id(reference) => {
            let message = "Is required to ask a processor for this payment: the key sees several \
                organisations.";
            Err(ProblemDetails::invalid_field("organisation_id", "REQUIRED", message))
        }
        (None, ..) => Err(unknown_transaction()),
    }
}

/// Returns the sales with the reference, each with its organisation.
async fn find_sales<'a>(
    api: &ApiContext,
    organisations: &'a [Organisation],
    reference: &str,
) -> Result<Vec<(&'a Organisation, Sale)>, ProblemDetails> {
    let mut found = Vec::new();
    if (1..=MOST_REFERENCE).contains(&reference.len()) {
        for organisation in organisations {
            let sales =
                unite_views(&api.store.sales_by_reference(&organisation.id, reference).await?);
            found.extend(sales.into_iter().map(|sale| (organisation, sale)));
        }
    }
    Ok(found)
}

fn unknown_transaction() -> ProblemDetails {
    ProblemDetails::not_found("transaction")
}

/// Returns the payment with its current refunds and disputes, if its processor lists the payment.
async fn refresh_payment(
    api: &ApiContext,
    organisation: &Organisation,
    sale: Sale,
    now: Timestamp,
) -> Result<NamedPayment, ProblemDetails> {
    let alone =
        |sale: Sale| NamedPayment { organisation: organisation.id.clone(), sale, is_held: false };
    let Some(payment) = &sale.payment else { return Ok(alone(sale)) };
    let integration: Option<Integration> =
        api.store.read_record(payment.integration.as_str()).await?;
    let enabled = |one: &Integration| {
        one.organisation == organisation.id && one.status == IntegrationStatus::Enabled
    };
    let Some(integration) = integration.filter(enabled) else { return Ok(alone(sale)) };
    let processor = api
        .processors
        .processor_behind_integration(&integration, payment, organisation.mode, now)
        .await
        .map_err(|failure| to_unavailable(&failure).0)?;
    let Some(processor) = processor else { return Ok(alone(sale)) };
    match processor.refresh_sale(&sale).await {
        Ok(Some(sale)) => Ok(NamedPayment { is_held: true, ..alone(sale) }),
        Ok(None) => Ok(alone(sale)),
        Err(error) => pass_over(error).map(|_| alone(sale)),
    }
}

/// Looks up a payment without an order at the organisation's processors.
async fn find_at_processors(
    api: &ApiContext,
    organisation: &Organisation,
    reference: &str,
    now: Timestamp,
) -> Result<NamedPayment, ProblemDetails> {
    if !is_processor_payment_id(reference) {
        return Err(unknown_transaction());
    }
    let integrations: Vec<Integration> = api.store.read_records(&organisation.id).await?;
    let merchants: Vec<Merchant> = api.store.read_records(&organisation.id).await?;
    let all: Vec<MerchantId> = merchants.iter().map(|merchant| merchant.id.clone()).collect();
    let (accounts, told) = (
        accounts_of(&integrations, &merchants, &all),
        (Money::new(0, REFERENCE_CURRENCY), ReportedTime::from_instant(now)),
    );
    let found =
        processors::find_payment(api, organisation, &accounts, reference, told, now).await?;
    found
        .map(|sale| NamedPayment { organisation: organisation.id.clone(), sale, is_held: true })
        .ok_or_else(unknown_transaction)
}
