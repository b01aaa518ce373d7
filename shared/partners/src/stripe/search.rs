//! Which of Stripe's charges a claim may be about.

use domain::claim::Claim;
use domain::id::{IntegrationId, OrganisationId};
use domain::sale::{Sale, SaleId};
use domain::time::{Moment, after, day_of};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;

use super::Stripe;
use super::amount::to_stripe;
use super::merge::{Found, onto};
use super::wire::{Charge, Page, at};
use crate::{PartnerError, Searched};

/// How far banks' days are off, either side.
const DAYS: i64 = 2;

/// How long before an alert that names no day the payment may have been made.
const DAYS_BEFORE_ALERT: i64 = 30;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The widest that a calendar is from UTC's.
const OFFSET_SECONDS: i64 = 14 * 60 * 60;

impl Stripe {
    /// By the search index first; what that does not show is looked for in the list, because the index lags and is not
    /// open to all accounts.
    pub(crate) async fn search(&self, claim: &Claim) -> Result<Searched, PartnerError> {
        let window = window(claim);
        let found = match self.indexed(claim, window).await {
            Err(PartnerError::Refused { .. } | PartnerError::Unavailable { .. }) => Vec::new(),
            answer => self.sales(claim, answer?),
        };
        // A declined attempt may be indexed before the one that was paid.
        if found.iter().any(|sale| !sale.standing.failed) {
            return Ok(Searched { sales: found, exhausted: true });
        }
        let (from, until) = window;
        let form = [("created[gte]", from.as_second().to_string()), ("created[lte]", until.as_second().to_string())];
        let (listed, exhausted) = self.api.pages("/v1/charges", &form, self.own_connected()).await?;
        Ok(Searched { sales: self.sales(claim, listed), exhausted })
    }

    async fn indexed(&self, claim: &Claim, (from, until): (Timestamp, Timestamp)) -> Result<Vec<Charge>, PartnerError> {
        let Some(last4) = claim.card.last4.as_deref().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())) else {
            return Ok(Vec::new());
        };
        let query = format!(
            "payment_method_details.card.last4:\"{last4}\" AND amount:{} AND currency:\"{}\" AND created>={} AND created<={}",
            to_stripe(claim.amount)?,
            claim.amount.currency.code().to_lowercase(),
            from.as_second(),
            until.as_second(),
        );
        let form = [("query", query), ("limit", "100".to_owned())];
        let page: Page<Charge> = self.api.call(Method::GET, "/v1/charges/search", &form, None, self.own_connected()).await?;
        Ok(page.data)
    }

    /// The plausible ones as sales; attempts of one payment are one sale, the charge that took money before the others.
    fn sales(&self, claim: &Claim, charges: Vec<Charge>) -> Vec<Sale> {
        let mut sales: Vec<Sale> = Vec::new();
        for charge in charges {
            let Ok(sale) = self.sale(charge) else { continue };
            if !is_plausible(claim, &sale) {
                continue;
            }
            match sales.iter_mut().find(|known| known.id == sale.id) {
                Some(known) if known.standing.failed => *known = sale,
                Some(_) => {}
                None => sales.push(sale),
            }
        }
        sales
    }

    fn sale(&self, charge: Charge) -> Result<Sale, PartnerError> {
        let bare = bare(&charge, &self.seat.organisation, &self.seat.integration)?;
        onto(bare, &Found { intent: None, charge: Some(charge) }, &self.seat, self.own_connected())
    }

    fn own_connected(&self) -> Option<&str> {
        self.seat.connected.as_deref().filter(|account| Some(*account) != self.seat.account.as_deref())
    }
}

/// A sale that holds nothing but the charge's name and amount.
fn bare(charge: &Charge, organisation: &OrganisationId, integration: &IntegrationId) -> Result<Sale, PartnerError> {
    let id = SaleId::of_order(organisation, integration, &charge.id);
    let amount = super::amount::from_stripe(charge.amount, &charge.currency)?;
    Ok(Sale::bare(id, charge.id.clone(), integration.clone(), amount, Moment::of(at(charge.created)?)))
}

/// The instants between which the payment was made, whatever calendar the bank goes by.
fn window(claim: &Claim) -> (Timestamp, Timestamp) {
    let (day, before) = match claim.transacted {
        Some(moment) => (moment.day, DAYS),
        None => (day_of(claim.alerted_at), DAYS_BEFORE_ALERT),
    };
    let start = Moment { day, at: None }.instant(&TimeZone::UTC).unwrap_or(claim.alerted_at);
    let from = after(start, -before * DAY_SECONDS - OFFSET_SECONDS);
    (from, after(start, (DAYS + 1) * DAY_SECONDS + OFFSET_SECONDS))
}

/// The same card, the same amount (a wallet may hide the card), or an id or code that only this payment has.
fn is_plausible(claim: &Claim, sale: &Sale) -> bool {
    let equal = |claimed: &Option<String>, charged: &Option<String>| claimed.is_some() && claimed == charged;
    let amounts = [Some(sale.amount), sale.authorised_amount];
    equal(&claim.transaction_id, &sale.network_transaction_id)
        || equal(&claim.auth_code, &sale.auth_code)
        || equal(&claim.card.last4, &sale.card.last4)
        || amounts.contains(&Some(claim.amount))
        || amounts.contains(&Some(claim.disputed()))
}

#[cfg(test)]
mod tests {
    use domain::card::Card;
    use domain::claim::{Kind, Network};
    use domain::money::{Money, currency};

    use super::*;

    fn usd(minor: u64) -> Money {
        Money::new(minor, currency("USD").expect("a currency"))
    }

    fn claim(last4: Option<&str>) -> Claim {
        Claim {
            network: Network::Ethoca,
            vendor_alert_id: "A1".into(),
            kind: Kind::Fraud,
            alerted_at: "2026-03-14T10:00:00Z".parse().expect("a time"),
            amount: usd(4900),
            chargeback_amount: None,
            descriptor: "ACME".into(),
            transacted: Moment::parse("2026-03-01"),
            card: Card { last4: last4.map(str::to_owned), ..Card::default() },
            arn: None,
            auth_code: None,
            transaction_id: None,
            issuer: None,
            reason_code: None,
            mcc: None,
            is_3ds: None,
            initiated_by: None,
            transaction_type: None,
            source: None,
            left_out: Vec::new(),
        }
    }

    fn sale(last4: Option<&str>, minor: u64) -> Sale {
        let charge = r#"{"id":"ch_1","amount":1,"currency":"usd","created":1772000000}"#;
        let charge = serde_json::from_str(charge).expect("a charge");
        let bare = bare(&charge, &OrganisationId::from_seed(1), &IntegrationId::from_seed(1)).expect("a sale");
        Sale { amount: usd(minor), card: Card { last4: last4.map(str::to_owned), ..Card::default() }, ..bare }
    }

    #[test]
    fn all_calendars_days_are_searched_two_either_side() {
        let (from, until) = window(&claim(None));
        assert_eq!((from.to_string(), until.to_string()), ("2026-02-26T10:00:00Z".into(), "2026-03-04T14:00:00Z".into()));
        let (from, until) = window(&Claim { transacted: None, ..claim(None) });
        assert_eq!((from.to_string(), until.to_string()), ("2026-02-11T10:00:00Z".into(), "2026-03-17T14:00:00Z".into()));
    }

    #[test]
    fn another_card_is_plausible_only_by_its_amount() {
        assert!(is_plausible(&claim(Some("4242")), &sale(Some("4242"), 1)));
        assert!(
            is_plausible(&claim(Some("4242")), &sale(Some("0005"), 4900)) && !is_plausible(&claim(Some("4242")), &sale(Some("0005"), 1))
        );
        assert!(is_plausible(&claim(None), &sale(Some("0005"), 4900)));
        assert!(is_plausible(&claim(Some("4242")), &sale(None, 4900)) && !is_plausible(&claim(None), &sale(None, 1)));
        let coded = Claim { auth_code: Some("064712".into()), ..claim(Some("4242")) };
        assert!(is_plausible(&coded, &Sale { auth_code: Some("064712".into()), ..sale(Some("0005"), 1) }));
    }
}
