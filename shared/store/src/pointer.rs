//! Pointers: rows that lead to an order's payments. The order is the truth: a pointer leads nowhere
//! if the order is missing, or by now describes the payment otherwise.

use std::collections::{BTreeMap, BTreeSet};

use domain::basics::id::{MerchantId, OrderId};
use domain::basics::money::Money;
use domain::matching::{LIKELY, score_likeness};
use domain::network::claim::Claim;
use domain::sale::order::Order;
use domain::sale::{ProcessorPayment, Sale};
use serde::{Deserialize, Serialize};

use crate::keys::{self, PK, SK, TableKey};
use crate::table::{TableItem, from_table_item};
use crate::{Store, StoreError};

/// The most orders read for a search.
pub(crate) const MOST_ORDERS: usize = 25;

/// The order and index of a payment, with the fields that rank the payment for a claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SalePointer {
    pub order: OrderId,
    /// The index among the order's transactions.
    pub index: usize,
    /// The payment that the reference led to when the order was written. A sale retains that
    /// identity, whatever is set up later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment: Option<ProcessorPayment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub merchant: Option<MerchantId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_code: Option<String>,
}

impl SalePointer {
    pub fn from_order_sale(order: &Order, sale: &Sale) -> Option<Self> {
        Some(Self {
            order: order.id.clone(),
            index: order.transaction_index_of(sale)?,
            payment: sale.payment.clone(),
            merchant: sale.merchant.clone(),
            amount: sale.has_amount().then_some(sale.amount),
            bin: sale.card.bin.clone(),
            auth_code: sale.auth_code.clone(),
        })
    }

    fn claim_likeness(&self, claim: &Claim) -> u8 {
        score_likeness(claim, self.amount, self.auth_code.as_ref(), self.bin.as_ref())
    }
}

/// The pointers of some keys.
#[derive(Default)]
pub(crate) struct SalePointers {
    found: Vec<(TableKey, SalePointer)>,
    /// Whether more pointers exist than are read.
    pub is_cut: bool,
}

impl SalePointers {
    pub fn add_rows(&mut self, (items, is_cut): (Vec<TableItem>, bool)) -> Result<(), StoreError> {
        self.is_cut |= is_cut;
        for item in items {
            let part = |name: &str| {
                item.get(name).and_then(|part| part.as_s().ok()).cloned().unwrap_or_default()
            };
            self.found
                .push((TableKey { pk: part(PK), sk: part(SK) }, from_table_item("pointer", item)?));
        }
        Ok(())
    }

    /// Retains the likeliest pointers, if more orders match than are read.
    fn retain_likeliest(&mut self, claim: Option<&Claim>) {
        if let Some(claim) = claim {
            self.found.sort_by_key(|(_, pointer)| std::cmp::Reverse(pointer.claim_likeness(claim)));
        }
        let mut orders = BTreeSet::new();
        self.found.retain(|(_, pointer)| {
            let is_kept = orders.len() < MOST_ORDERS || orders.contains(&pointer.order);
            if is_kept {
                orders.insert(pointer.order.clone());
            }
            // A likely order that is not read may be the right order.
            self.is_cut |=
                !is_kept && claim.is_none_or(|claim| pointer.claim_likeness(claim) >= LIKELY);
            is_kept
        });
    }
}

impl Store {
    /// Reads the sales that pointers lead to, each once; of many, the likeliest for the claim.
    pub(crate) async fn read_pointed_sales(
        &self,
        mut pointers: SalePointers,
        claim: Option<&Claim>,
    ) -> Result<(Vec<Sale>, bool), StoreError> {
        pointers.retain_likeliest(claim);
        let ids: BTreeSet<OrderId> =
            pointers.found.iter().map(|(_, pointer)| pointer.order.clone()).collect();
        let orders: BTreeMap<OrderId, Order> = self
            .read_orders(&ids)
            .await?
            .into_iter()
            .map(|order| (order.id.clone(), order))
            .collect();
        let mut sales: BTreeMap<(OrderId, usize), Sale> = BTreeMap::new();
        for (key, pointer) in pointers.found {
            let Some(order) = orders.get(&pointer.order) else { continue };
            let Some(mut sale) = order.sale_at_index(pointer.index, pointer.payment.clone()) else {
                continue;
            };
            sale.merchant = pointer.merchant;
            if pointer_keys_of(order, pointer.index, &sale).contains(&key) {
                sales.insert((pointer.order, pointer.index), sale);
            }
        }
        Ok((sales.into_values().collect(), pointers.is_cut))
    }
}

/// Lists the row keys of a sale.
pub(crate) fn pointer_keys_of(order: &Order, index: usize, sale: &Sale) -> Vec<TableKey> {
    let Some(mark) = order.transaction_mark(index) else { return Vec::new() };
    let (organisation, day, place) =
        (&order.organisation, sale.authorised.day, keys::sale_row_id(&order.id, index, &mark));
    let plain = keys::sale_sort_key(None, &place);
    let part = keys::day_partition(organisation, day, keys::day_shard_of(&order.id));
    let of_day = sale
        .has_amount()
        .then(|| TableKey { pk: part, sk: keys::day_sort_key(sale.amount, &place) });
    let mut places = Vec::from_iter(of_day);
    places.extend(sale_references(sale).into_iter().map(|reference| TableKey {
        pk: keys::reference_partition(organisation, reference),
        sk: plain.clone(),
    }));
    places.extend(
        sale.arn
            .iter()
            .map(|arn| TableKey { pk: keys::arn_partition(organisation, arn), sk: plain.clone() }),
    );
    let of_card = |last4: &String| TableKey {
        pk: keys::card_partition(organisation, last4),
        sk: keys::sale_sort_key(Some(day), &place),
    };
    places.extend(sale.card.last4.iter().map(of_card));
    places
}

/// Lists the references that lead to a sale.
pub(crate) fn sale_references(sale: &Sale) -> BTreeSet<&String> {
    let charge = sale.payment.as_ref().and_then(|payment| payment.charge.as_ref());
    [Some(&sale.transaction_id), sale.network_transaction_id.as_ref(), charge]
        .into_iter()
        .flatten()
        .collect()
}
