//! Orders of one price in any number: the rows that the store writes of them, put into the table
//! without the intake.

use domain::basics::id::OrderId;
use domain::matching::setup::sales_of_order;
use domain::sale::order::Order;
use jiff::ToSpan;
use jiff::civil::Date;
use store::order::{leading_items, order_item};

use super::TABLE;
use super::shop::Shop;

/// How many orders go into the table in one transaction.
const AT_ONCE: usize = 2_000;

/// How the orders are spread.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    pub orders: usize,
    /// Over so many last four digits of cards, from 0000 on.
    pub cards: usize,
    /// Over today and so many days before, less one.
    pub days: usize,
}

impl Shop {
    /// Puts orders into the table.
    ///
    /// # Panics
    /// If the table does not take them.
    pub async fn load_orders(&self, spread: Spread) {
        let template = self.template().await;
        let (integrations, merchants) = (self.records().await, self.records().await);
        let numbers: Vec<usize> = (0..spread.orders).collect();
        for numbers in numbers.chunks(AT_ONCE) {
            let mut items = Vec::new();
            for number in numbers {
                let order = numbered(&template, *number, spread);
                let sales = sales_of_order(&order, &integrations, &merchants);
                items.extend(
                    leading_items(&order, &sales, Some(&format!("{number:064x}")))
                        .expect("its rows"),
                );
                items.push(order_item(&order).expect("its item"));
            }
            self.world.aws.import(TABLE, items);
        }
    }

    /// An order as the intake keeps it.
    async fn template(&self) -> Order {
        self.keep(&[self.order("template", "0000")]).await;
        let (_, listed) = self.world.call("GET", "/v1/orders", &self.key, None).await;
        let id = listed["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
        self.world.store.read_order(&id).await.expect("the table").expect("the order")
    }

    async fn records<R: store::record::OrganisationRecord>(&self) -> Vec<R> {
        self.world
            .store
            .read_records(&self.organisation.parse().expect("an id"))
            .await
            .expect("the table")
    }
}

fn numbered(template: &Order, number: usize, spread: Spread) -> Order {
    let mut order =
        Order { id: OrderId::derived(&["loaded", &number.to_string()]), ..template.clone() };
    order.reference_id = format!("loaded-{number}");
    let day = |day: Date| {
        day.saturating_sub(i64::try_from(number % spread.days).expect("few days").days())
    };
    for transaction in &mut order.transactions {
        transaction.reference_id = format!("txn-loaded-{number}");
        transaction.payment_method_card_last_4 =
            Some(format!("{:04}", number / spread.days % spread.cards));
        transaction.authorisation_code = Some(format!("{:06}", number % 1_000_000));
        transaction.authorised_at.day = day(transaction.authorised_at.day);
    }
    order
}
