//! Which of Stripe's charges a claim may be about.

use domain::basics::id::{IntegrationId, OrganisationId};
use domain::basics::time::{Moment, after};
use domain::matching::{Reach, is_of_card, is_plausible, search_days};
use domain::network::claim::Claim;
use domain::sale::{Sale, SaleId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::Method;

use super::Stripe;
use super::amount::to_stripe;
use super::call::PAGES;
use super::merge::{Found, onto};
use super::wire::{Charge, Page, Presentment, at};
use crate::{PartnerError, Searched};

/// The widest that a calendar is from UTC's.
const OFFSET_SECONDS: i64 = 14 * 60 * 60;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// How far the search index may lag behind the list.
const LAG_SECONDS: i64 = 60 * 60;

/// What the search index has of a claim's amount.
#[derive(Default)]
struct Indexed {
    charges: Vec<Charge>,
    reach: Reach,
}

impl Stripe {
    /// By the search index first; what that does not show is looked for in the list, because the
    /// index lags and is not open to all accounts. The whole list has [`PAGES`] pages at most.
    pub(crate) async fn search(
        &self,
        claim: &Claim,
        is_whole: bool,
    ) -> Result<Searched, PartnerError> {
        let indexed = self.by_index(claim).await?;
        if is_whole {
            self.with_listed(claim, indexed, PAGES).await
        } else {
            self.with_listed(claim, indexed, 1).await
        }
    }

    async fn by_index(&self, claim: &Claim) -> Result<Searched, PartnerError> {
        let indexed = match self.indexed(claim, window(claim)).await {
            Err(PartnerError::Refused { .. } | PartnerError::Unavailable { .. }) => {
                Indexed::default()
            }
            answer => answer?,
        };
        let mut sales = Vec::new();
        self.add(claim, indexed.charges, &mut sales);
        Ok(Searched { sales, reach: indexed.reach, list_pages: 0 })
    }

    /// With what the index does not show: all of the days where it has no payment of the card, else
    /// those of the last hour.
    async fn with_listed(
        &self,
        claim: &Claim,
        indexed: Searched,
        most: usize,
    ) -> Result<Searched, PartnerError> {
        let (from, until) = window(claim);
        let Searched { mut sales, mut reach, .. } = indexed;
        // A declined attempt may be indexed before the one that was paid.
        let has_card = sales.iter().any(|sale| !sale.standing.failed && is_of_card(claim, sale));
        let from = if has_card { from.max(after(claim.alerted_at, -LAG_SECONDS)) } else { from };
        if from > until {
            return Ok(Searched { sales, reach, list_pages: 0 });
        }
        let (listed, exhausted) = self.listed((from, until), most).await?;
        if has_card {
            reach.is_cut |= !exhausted;
        } else {
            reach = Reach { is_cut: !exhausted, same_amount: of_amount(claim, &listed) };
            sales.clear();
        }
        self.add(claim, listed, &mut sales);
        Ok(Searched {
            sales,
            reach,
            list_pages: if exhausted || most == PAGES { 0 } else { PAGES },
        })
    }

    async fn listed(
        &self,
        (from, until): (Timestamp, Timestamp),
        most: usize,
    ) -> Result<(Vec<Charge>, bool), PartnerError> {
        let form = [
            ("created[gte]", from.as_second().to_string()),
            ("created[lte]", until.as_second().to_string()),
        ];
        self.api.pages("/v1/charges", &form, self.own_connected(), most).await
    }

    /// All payments of the amount, where one page holds them; else those of the card.
    async fn indexed(
        &self,
        claim: &Claim,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Indexed, PartnerError> {
        let Some(last4) =
            claim.card.last4.as_deref().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        else {
            return Ok(Indexed::default());
        };
        let of_amount = format!(
            "amount:{} AND currency:\"{}\" AND created>={} AND created<={}",
            to_stripe(claim.amount)?,
            claim.amount.currency.code().to_lowercase(),
            from.as_second(),
            until.as_second(),
        );
        let page = self.found_by(&of_amount).await?;
        if !page.has_more {
            let same_amount = u32::try_from(page.data.len()).unwrap_or(u32::MAX);
            return Ok(Indexed { charges: page.data, reach: Reach { is_cut: false, same_amount } });
        }
        let page = self
            .found_by(&format!("payment_method_details.card.last4:\"{last4}\" AND {of_amount}"))
            .await?;
        Ok(Indexed {
            charges: page.data,
            reach: Reach { is_cut: page.has_more, same_amount: u32::MAX },
        })
    }

    async fn found_by(&self, query: &str) -> Result<Page<Charge>, PartnerError> {
        let form = [("query", query.to_owned()), ("limit", "100".to_owned())];
        self.api.call(Method::GET, "/v1/charges/search", &form, None, self.own_connected()).await
    }

    /// Adds the plausible ones as sales; attempts of one payment are one sale, the charge that took
    /// money before the others.
    fn add(&self, claim: &Claim, charges: Vec<Charge>, sales: &mut Vec<Sale>) {
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
    }

    fn sale(&self, charge: Charge) -> Result<Sale, PartnerError> {
        let bare = bare(&charge, &self.seat.organisation, &self.seat.integration)?;
        onto(bare, &Found { intent: None, charge: Some(charge) }, &self.seat, self.own_connected())
    }

    fn own_connected(&self) -> Option<&str> {
        self.seat
            .connected
            .as_deref()
            .filter(|account| Some(*account) != self.seat.account.as_deref())
    }
}

/// A sale that holds nothing but the charge's name and amount.
fn bare(
    charge: &Charge,
    organisation: &OrganisationId,
    integration: &IntegrationId,
) -> Result<Sale, PartnerError> {
    let id = SaleId::of_order(organisation, integration, &charge.id);
    let amount = super::amount::from_stripe(charge.amount, &charge.currency)?;
    Ok(Sale::bare(
        id,
        charge.id.clone(),
        integration.clone(),
        amount,
        Moment::of(at(charge.created)?),
    ))
}

/// How many of the charges are of the claim's amount, in the sale's currency or in the
/// cardholder's.
fn of_amount(claim: &Claim, charges: &[Charge]) -> u32 {
    let presented =
        |charge: &Charge| charge.presentment_details.as_ref().and_then(Presentment::money);
    let own = |charge: &Charge| super::amount::from_stripe(charge.amount, &charge.currency).ok();
    let is = |charge: &&Charge| [own(charge), presented(charge)].contains(&Some(claim.amount));
    u32::try_from(charges.iter().filter(is).count()).unwrap_or(u32::MAX)
}

/// The instants between which the payment was made, whatever calendar the bank goes by.
fn window(claim: &Claim) -> (Timestamp, Timestamp) {
    let (first, last) = search_days(claim);
    let start = |day| Moment { day, at: None }.instant(&TimeZone::UTC).unwrap_or(claim.alerted_at);
    (after(start(first), -OFFSET_SECONDS), after(start(last), DAY_SECONDS + OFFSET_SECONDS))
}

#[cfg(test)]
mod tests {
    use domain::basics::card::Card;
    use domain::basics::money::{Money, currency};
    use domain::network::claim::{Kind, Network};

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

    #[test]
    fn four_days_before_the_banks_and_one_after_are_searched_on_all_calendars() {
        let (from, until) = window(&claim(None));
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-02-24T10:00:00Z".into(), "2026-03-03T14:00:00Z".into())
        );
        let (from, until) = window(&Claim { transacted: None, ..claim(None) });
        assert_eq!(
            (from.to_string(), until.to_string()),
            ("2026-01-12T10:00:00Z".into(), "2026-03-16T14:00:00Z".into())
        );
    }
}
