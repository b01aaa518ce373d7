//! The payment that a path names, with what its processor has of it now.

use domain::account::{Integration, IntegrationStatus, Merchant, Organisation, REFERENCE_CURRENCY};
use domain::basics::id::{MerchantId, OrganisationId};
use domain::basics::money::Money;
use domain::basics::time::Moment;
use domain::matching::setup::processors as accounts_of;
use domain::matching::unite;
use domain::sale::Sale;
use domain::sale::order::names_payment;
use flows::problem::Problem;
use jiff::Timestamp;

use crate::http::body::refuse_card_number_in;
use crate::http::caller::{Caller, missing};
use crate::http::response::failed;
use crate::http::state::Api;
use crate::sales::processors::{self, pass_over};

/// The longest reference.
const MOST_REFERENCE: usize = 255;
/// So many organisations are searched for a reference; of more, one must be named.
const MOST_SEARCHED: usize = 25;

/// A payment of an organisation.
pub(super) struct Payment {
    pub organisation: OrganisationId,
    pub sale: Sale,
    /// Whether a processor that can be called has it.
    pub is_held: bool,
}

/// The payment of a reference, in the organisation that is named or the only one that has it.
pub(super) async fn named(
    api: &Api,
    caller: &Caller,
    reference: &str,
    of: Option<&str>,
    now: Timestamp,
) -> Result<Payment, Problem> {
    refuse_card_number_in("reference", reference)?;
    let reference = reference.trim(); // as orders are kept
    let organisations = caller.organisations(&api.store, of).await?;
    if of.is_some() && organisations.is_empty() {
        return Err(missing("organisation_id", "organisation"));
    }
    if organisations.len() > MOST_SEARCHED {
        return Err(Problem::field(
            "organisation_id",
            "REQUIRED",
            "Is required of a key that sees so many organisations.",
        ));
    }
    let mut found = sales_named(api, &organisations, reference).await?;
    match (found.pop(), found.is_empty(), organisations.as_slice()) {
        (Some((organisation, sale)), true, _) => {
            as_processor_has_it(api, organisation, sale, now).await
        }
        (Some(_), false, _) => Err(Problem::field(
            "organisation_id",
            "AMBIGUOUS",
            "Several payments go by this reference; name the organisation, or the processor's own \
             id.",
        )),
        (None, _, [only]) => at_processors(api, only, reference, now).await,
        (None, _, [_, _, ..]) if names_payment(reference) => {
            let message = "Is required to ask a processor for this payment: the key sees several \
                organisations.";
            Err(Problem::field("organisation_id", "REQUIRED", message))
        }
        (None, ..) => Err(unknown()),
    }
}

/// The sales of this reference, each with its organisation.
async fn sales_named<'a>(
    api: &Api,
    organisations: &'a [Organisation],
    reference: &str,
) -> Result<Vec<(&'a Organisation, Sale)>, Problem> {
    let mut found = Vec::new();
    if (1..=MOST_REFERENCE).contains(&reference.len()) {
        for organisation in organisations {
            let sales = unite(&api.store.sales_named(&organisation.id, reference).await?);
            found.extend(sales.into_iter().map(|sale| (organisation, sale)));
        }
    }
    Ok(found)
}

fn unknown() -> Problem {
    Problem::not_found("transaction")
}

/// The payment with the refunds and disputes it has by now, where its processor knows it.
async fn as_processor_has_it(
    api: &Api,
    organisation: &Organisation,
    sale: Sale,
    now: Timestamp,
) -> Result<Payment, Problem> {
    let alone =
        |sale: Sale| Payment { organisation: organisation.id.clone(), sale, is_held: false };
    let Some(payment) = &sale.payment else { return Ok(alone(sale)) };
    let integration: Option<Integration> = api.store.record(payment.integration.as_str()).await?;
    let enabled = |one: &Integration| {
        one.organisation == organisation.id && one.status == IntegrationStatus::Enabled
    };
    let Some(integration) = integration.filter(enabled) else { return Ok(alone(sale)) };
    let processor = api
        .processors
        .behind(&integration, payment, organisation.mode, now)
        .await
        .map_err(|failure| failed(&failure).0)?;
    let Some(processor) = processor else { return Ok(alone(sale)) };
    match processor.payment(&sale).await {
        Ok(Some(sale)) => Ok(Payment { is_held: true, ..alone(sale) }),
        Ok(None) => Ok(alone(sale)),
        Err(error) => pass_over(error).map(|_| alone(sale)),
    }
}

/// A payment that no order told of, at the organisation's processors.
async fn at_processors(
    api: &Api,
    organisation: &Organisation,
    reference: &str,
    now: Timestamp,
) -> Result<Payment, Problem> {
    if !names_payment(reference) {
        return Err(unknown());
    }
    let integrations: Vec<Integration> = api.store.records(&organisation.id).await?;
    let merchants: Vec<Merchant> = api.store.records(&organisation.id).await?;
    let all: Vec<MerchantId> = merchants.iter().map(|merchant| merchant.id.clone()).collect();
    let (accounts, told) = (
        accounts_of(&integrations, &merchants, &all),
        (Money::new(0, REFERENCE_CURRENCY), Moment::of(now)),
    );
    let found = processors::find(api, organisation, &accounts, reference, told, now).await?;
    found
        .map(|sale| Payment { organisation: organisation.id.clone(), sale, is_held: true })
        .ok_or_else(unknown)
}
