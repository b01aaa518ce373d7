//! The bank's claim in a simulation: the requested values, else the values of the payment, else
//! generated values.

use domain::account::enrolment::{Enrolment, EnrolmentStatus, EnrolmentTarget};
use domain::account::{REFERENCE_CURRENCY, VendorConnection};
use domain::alert::AlertDeadlines;
use domain::basics::card::{CardBrand, TruncatedCard};
use domain::basics::id::{OrganisationId, text_of};
use domain::basics::money::{Money, parse_currency};
use domain::basics::time::{ReportedTime, add_seconds};
use domain::matching::{MatchDoubt, MatchResult, find_best_match, unite_views};
use domain::network::claim::{AlertKind, AlertNetwork, Claim};
use domain::sale::Sale;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use partners::simulated::{SimulatedBehaviour, other_last4};
use runtime::random::new_seed;

use super::asked::SimulateAlert;
use super::scenario::SimulationScenario;
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::state::ApiContext;

/// Ethoca's ids have 25 characters: our mark and 22 random characters.
const ID_MARK: &str = "SIM";
const ID_DRAWN: usize = 22;
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// The default age of the payment.
const PAID_DAYS: i64 = 2;
/// An age at which no order in the search range matches.
const LONG_AGO_DAYS: i64 = 60;
/// The time to the deadline in the expiry scenario.
const EXPIRY_MINUTES: u32 = 3;
/// The default card and amount.
const CARD: (&str, &str) = ("424242", "4242");
const OTHER_LAST4: &str = "0000";
const MINOR: u64 = 4900;

/// Builds the claim of the network's payload.
pub(super) async fn build_claim(
    api: &ApiContext,
    caller: &ApiCaller,
    asked: &SimulateAlert,
    connection: &VendorConnection,
    now: Timestamp,
) -> Result<Claim, ProblemDetails> {
    let organisation = &asked.organisation_id;
    let descriptor = find_descriptor(api, caller, asked).await?;
    let about = find_sale(api, organisation, asked).await?;
    let drawn: String = text_of(new_seed()?).chars().rev().take(ID_DRAWN).collect();
    let vendor_alert_id = format!("{ID_MARK}{}", drawn.to_uppercase());
    let mut claim = fill_claim(
        asked,
        about.as_ref(),
        vendor_alert_id,
        descriptor,
        alerted_at(asked, connection, now),
    );
    claim.transaction_id = match (&asked.transaction_reference, about) {
        (Some(_), Some(sale)) => sale.network_transaction_id,
        (Some(reference), None) => Some(reference.clone()),
        (None, _) => make_up_payment(api, organisation, asked.scenario(), &claim).await?,
    };
    Ok(claim)
}

fn fill_claim(
    asked: &SimulateAlert,
    about: Option<&Sale>,
    vendor_alert_id: String,
    descriptor: String,
    alerted_at: Timestamp,
) -> Claim {
    let told = about.filter(|sale| sale.has_amount()).map(|sale| sale.amount);
    let money = told.unwrap_or_else(|| Money::new(MINOR, REFERENCE_CURRENCY));
    let unit = asked
        .currency
        .as_deref()
        .and_then(|code| parse_currency(code).ok())
        .unwrap_or(money.currency);
    let or =
        |given: &Option<String>, known: Option<&String>| given.clone().or_else(|| known.cloned());
    Claim {
        network: AlertNetwork::Ethoca,
        vendor_alert_id,
        kind: AlertKind::Dispute, // the payload carries the requested type, which counts
        alerted_at,
        amount: Money::new(asked.amount_in_cents.unwrap_or(money.minor), unit),
        chargeback_amount: asked.chargeback_amount_in_cents.map(|minor| Money::new(minor, unit)),
        descriptor,
        transacted: Some(payment_time(asked, about, alerted_at)),
        card: claim_card(asked, about),
        arn: or(&asked.arn, about.and_then(|sale| sale.arn.as_ref())),
        auth_code: or(&asked.auth_code, about.and_then(|sale| sale.auth_code.as_ref())),
        transaction_id: None,
        issuer: Some(asked.issuer.clone().unwrap_or_else(|| "Simulated Bank".to_owned())),
        reason_code: asked.reason_code.clone(),
        mcc: None,
        is_3ds: asked.is_3ds,
        initiated_by: Some("cardholder".to_owned()),
        transaction_type: None,
        source: Some("simulation".to_owned()),
        left_out: Vec::new(),
    }
}

/// Returns the time of the payment: the given time, else the sale's time, else some days before the
/// alert.
fn payment_time(
    asked: &SimulateAlert,
    about: Option<&Sale>,
    alerted_at: Timestamp,
) -> ReportedTime {
    let days =
        if asked.scenario().payment_behaviour().is_some() { PAID_DAYS } else { LONG_AGO_DAYS };
    let made_up = || {
        about.map_or_else(
            || ReportedTime::from_instant(add_seconds(alerted_at, -days * DAY_SECONDS)),
            |sale| sale.authorised,
        )
    };
    asked.transaction_at.as_deref().and_then(ReportedTime::parse).unwrap_or_else(made_up)
}

/// Returns the time of the alert, which determines the deadline: an older alert has less time left.
fn alerted_at(asked: &SimulateAlert, connection: &VendorConnection, now: Timestamp) -> Timestamp {
    let expiry = (asked.scenario() == SimulationScenario::Expiry).then_some(EXPIRY_MINUTES);
    let Some(minutes) = asked.minutes_to_deadline.or(expiry) else { return now };
    let until_deadline = i64::from(connection.limit_hours) * 3600 - AlertDeadlines::MARGIN_SECONDS;
    add_seconds(now, i64::from(minutes) * 60 - until_deadline)
}

/// Returns the card of the claim. In the wallet scenario the bank has other last four digits than
/// the merchant.
fn claim_card(asked: &SimulateAlert, about: Option<&Sale>) -> TruncatedCard {
    let (bin, last4) = match about {
        Some(sale) => (sale.card.bin.clone(), sale.card.last4.clone()),
        None if asked.scenario().payment_behaviour().is_none() => {
            (Some(CARD.0.to_owned()), Some(OTHER_LAST4.to_owned()))
        }
        None => (Some(CARD.0.to_owned()), Some(CARD.1.to_owned())),
    };
    let (bin, last4) = (asked.card_bin.clone().or(bin), asked.card_last4.clone().or(last4));
    let hidden = asked.scenario() == SimulationScenario::MaskedCard;
    let last4 = if hidden { last4.as_deref().map(other_last4) } else { last4 };
    TruncatedCard { brand: bin.as_deref().and_then(CardBrand::from_digits), bin, last4 }
}

/// Returns the given descriptor, else the first descriptor of the given enrolment, else that of the
/// only enrolment.
async fn find_descriptor(
    api: &ApiContext,
    caller: &ApiCaller,
    asked: &SimulateAlert,
) -> Result<String, ProblemDetails> {
    let named = match &asked.enrolment_id {
        Some(id) => Some(load_enrolment(api, caller, asked, id.as_str()).await?),
        None => None,
    };
    match (&asked.descriptor, named) {
        (Some(descriptor), _) => Ok(descriptor.trim().to_owned()),
        (None, Some(named)) => first_descriptor(&named).ok_or_else(|| {
            ProblemDetails::invalid_field(
                "enrolment_id",
                "NO_DESCRIPTOR",
                "Only alerts of Ethoca enrolments are simulated.",
            )
        }),
        (None, None) => {
            only_descriptor(&api.store.read_records::<Enrolment>(&asked.organisation_id).await?)
        }
    }
}

async fn load_enrolment(
    api: &ApiContext,
    caller: &ApiCaller,
    asked: &SimulateAlert,
    id: &str,
) -> Result<Enrolment, ProblemDetails> {
    match caller.load_record::<Enrolment>(&api.store, id, "enrolment").await {
        Ok(found) if found.organisation == asked.organisation_id => Ok(found),
        Err(problem) if problem.code != Code::NotFound => Err(problem),
        _ => Err(missing_reference("enrolment_id", "enrolment")),
    }
}

fn only_descriptor(all: &[Enrolment]) -> Result<String, ProblemDetails> {
    let mut descriptors = all
        .iter()
        .filter(|one| one.status != EnrolmentStatus::Unenrolled)
        .filter_map(first_descriptor);
    let needed = |message| ProblemDetails::invalid_field("enrolment_id", "REQUIRED", message);
    match (descriptors.next(), descriptors.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(needed(
            "The organisation has no Ethoca enrolment; make one, or give a `descriptor`.",
        )),
        (Some(_), Some(_)) => Err(needed(
            "The organisation has several enrolments; name one, or give a `descriptor`.",
        )),
    }
}

fn first_descriptor(enrolment: &Enrolment) -> Option<String> {
    let EnrolmentTarget::EthocaAlert { descriptors } = &enrolment.watches else { return None };
    descriptors.first().map(|own| own.descriptor.clone())
}

/// Returns the order payment with the reference; `None` for a simulated payment without an order.
async fn find_sale(
    api: &ApiContext,
    organisation: &OrganisationId,
    asked: &SimulateAlert,
) -> Result<Option<Sale>, ProblemDetails> {
    let Some(reference) = &asked.transaction_reference else { return Ok(None) };
    let sale = unite_views(&api.store.sales_by_reference(organisation, reference).await?)
        .into_iter()
        .next();
    if sale.is_none() && SimulatedBehaviour::from_reference(reference).is_none() {
        let message =
            "No order has a transaction of this reference, and it is no `pi_simulated_…`.";
        return Err(ProblemDetails::invalid_field(
            "transaction_reference",
            "UNKNOWN_TRANSACTION",
            message,
        ));
    }
    Ok(sale)
}

/// Names the simulated payment of the alert, unless an order matches.
async fn make_up_payment(
    api: &ApiContext,
    organisation: &OrganisationId,
    scenario: SimulationScenario,
    claim: &Claim,
) -> Result<Option<String>, ProblemDetails> {
    if scenario.can_match_orders() {
        let sales = api.store.look_up_sales(organisation, claim).await?.sales;
        if matches!(
            find_best_match(claim, &sales),
            MatchResult::One(_) | MatchResult::Unsure { why: MatchDoubt::Tie, .. }
        ) {
            return Ok(None);
        }
    }
    Ok(scenario.payment_behaviour().map(|behaviour| {
        behaviour.to_reference(claim.amount, &claim.vendor_alert_id.to_lowercase())
    }))
}
