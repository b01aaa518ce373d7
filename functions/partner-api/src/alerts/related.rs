//! Other payments with the alert's card: for a person's decision, not for matching.

use domain::alert::Alert;
use domain::basics::card::TruncatedCard;
use domain::basics::id::{IntegrationId, MerchantId, OrderId};
use domain::basics::time::utc_day;
use domain::matching::unite_views;
use domain::sale::Sale;
use serde::Serialize;
use store::{Store, StoreError};
use utoipa::ToSchema;
use views::format_moment;

/// The distance from the alert's transaction, in days.
const DAYS: i64 = 120;
/// The most transactions in a response.
const MOST: usize = 20;

/// Another payment with the same card.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelatedTransaction)]
pub(crate) struct RelatedTransaction {
    integration_transaction_id: String,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    order_id: Option<OrderId>,
    amount_in_cents: Option<u64>,
    currency: &'static str,
    refunded_amount_in_cents: u64,
    authorised_at: String,
    descriptor: Option<String>,
}

/// Lists the organisation's other orders with the alert's card within 120 days, newest first,
/// without the matched order.
pub(super) async fn find_related(
    store: &Store,
    alert: &Alert,
) -> Result<Vec<RelatedTransaction>, StoreError> {
    let claim = &alert.claim;
    let Some(last4) = &claim.card.last4 else { return Ok(Vec::new()) };
    let day = claim.transacted.map_or_else(|| utc_day(claim.alerted_at), |moment| moment.day);
    let mut sales = unite_views(&store.sales_of_card(&alert.organisation, last4, day, DAYS).await?);
    let matched = alert.sale().map(|candidate| &candidate.sale);
    sales.retain(|sale| {
        may_be_same(&claim.card, &sale.card) && matched.is_none_or(|own| own.id != sale.id)
    });
    sales.sort_by(|a, b| {
        (b.authorised.day, b.authorised.at, &b.id).cmp(&(a.authorised.day, a.authorised.at, &a.id))
    });
    Ok(sales.into_iter().take(MOST).map(RelatedTransaction::from_sale).collect())
}

/// Compares two cards: the last four digits agree already; BIN and brand must be compatible where
/// both are present.
fn may_be_same(one: &TruncatedCard, other: &TruncatedCard) -> bool {
    let bins = one.bin.as_deref().zip(other.bin.as_deref());
    let brands = one.brand.zip(other.brand);
    bins.is_none_or(|(one, other)| one.starts_with(other) || other.starts_with(one))
        && brands.is_none_or(|(one, other)| one.can_share_card(other))
}

impl RelatedTransaction {
    fn from_sale(sale: Sale) -> Self {
        Self {
            refunded_amount_in_cents: sale.standing.refunded_minor_units(),
            amount_in_cents: sale.has_amount().then_some(sale.amount.minor),
            integration_transaction_id: sale.transaction_id,
            integration_id: sale.integration,
            merchant_id: sale.merchant,
            order_id: sale.order,
            currency: sale.amount.currency.code(),
            authorised_at: format_moment(sale.authorised),
            descriptor: sale.descriptor,
        }
    }
}
