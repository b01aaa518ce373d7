//! What is read for a claim: the sales that orders tell of, how common its amount is, and other alerts like it. Each read is
//! of bounded size, whatever a merchant sells.

use aws_sdk_dynamodb::types::Select;
use domain::claim::Claim;
use domain::id::{AlertId, OrganisationId};
use domain::matching::search_days;
use domain::sale::Sale;
use domain::time::day_of;
use jiff::ToSpan;

use crate::lookup::{Found, MOST_ROWS, WINDOW_DAYS, between, window};
use crate::table::{Item, text, unavailable};
use crate::{Store, StoreError, keys};

/// How many rows of a key are read for a claim; where there are more, the search was cut.
const SEARCHED_ROWS: u16 = 400;

/// What a claim may be about: sales known from orders.
#[derive(Debug, Clone, Default)]
pub struct Lookup {
    pub sales: Vec<Sale>,
    /// Whether a key has more rows than are read.
    pub is_cut: bool,
}

impl Store {
    /// What is known of a claim: one Query of bounded size for each key that the claim carries.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn lookup(&self, organisation: &OrganisationId, claim: &Claim) -> Result<Lookup, StoreError> {
        let (from, to) = days_of(claim);
        let mut found = Found::default();
        if let Some(arn) = &claim.arn {
            found.add_some(self.query_some(&keys::arn(organisation, arn), "A", "T").await?)?;
        }
        if let Some(id) = &claim.transaction_id {
            found.add_some(self.query_some(&keys::sale(organisation, id), "A", "T").await?)?;
        }
        if let Some(last4) = &claim.card.last4 {
            found.add_some(self.query_some(&keys::card(organisation, last4), &from, &to).await?)?;
        }
        if found.sales.is_empty() {
            found.add_some(self.query_some(&keys::paid(organisation, claim.disputed()), &from, &to).await?)?;
        }
        Ok(Lookup { sales: found.sales.into_values().collect(), is_cut: found.is_cut })
    }

    /// How many sales have the claim's amount in its days, counted up to a number.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn count_of_amount(&self, organisation: &OrganisationId, claim: &Claim, most: u32) -> Result<u32, StoreError> {
        let (from, to) = days_of(claim);
        let request = self.client.query().table_name(&self.table).select(Select::Count);
        let request = request.limit(i32::try_from(most.saturating_add(1)).unwrap_or(i32::MAX));
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text(keys::paid(organisation, claim.amount)));
        let request = request.expression_attribute_values(":from", text(from)).expression_attribute_values(":to", text(to));
        let answer = request.send().await.map_err(unavailable("Query"))?;
        // A page that ends early is one of many.
        let more = answer.last_evaluated_key.is_some();
        Ok(if more { most.saturating_add(1) } else { u32::try_from(answer.count).unwrap_or(u32::MAX) })
    }

    /// The alerts of the claim's ARN, and of its card in its days.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer, or there are more than anybody honest has.
    pub async fn alerts_like(&self, organisation: &OrganisationId, claim: &Claim) -> Result<Vec<AlertId>, StoreError> {
        let (from, to) = days_of(claim);
        let mut found = Found::default();
        if let Some(arn) = &claim.arn {
            found.add(self.query(&keys::arn(organisation, arn), "A", "B", MOST_ROWS).await?)?;
        }
        if let Some(last4) = &claim.card.last4 {
            found.add(self.query(&keys::card(organisation, last4), &from, &to, MOST_ROWS).await?)?;
        }
        Ok(found.alerts.into_iter().collect())
    }

    /// Reads the first rows between two sort keys, consistently, and whether there are more.
    pub(crate) async fn query_some(&self, pk: &str, from: &str, to: &str) -> Result<(Vec<Item>, bool), StoreError> {
        let request = self.client.query().table_name(&self.table).consistent_read(true).limit(i32::from(SEARCHED_ROWS));
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text(pk));
        let request = request.expression_attribute_values(":from", text(from)).expression_attribute_values(":to", text(to));
        let answer = request.send().await.map_err(unavailable("Query"))?;
        let is_cut = answer.last_evaluated_key.is_some();
        Ok((answer.items.unwrap_or_default(), is_cut))
    }
}

/// The days of a claim's sale and alerts; a week either side of a day that is told, for a sale may be captured days after
/// it was authorised.
fn days_of(claim: &Claim) -> (String, String) {
    match claim.transacted {
        Some(told) => window(told.day),
        None => between((search_days(claim).0, day_of(claim.alerted_at).saturating_add(WINDOW_DAYS.days()))),
    }
}
