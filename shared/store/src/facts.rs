//! What lists filter on and sort by: one map of an item. The index carries the map, so that a new
//! filter changes no index.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::table::{TableItem, text_value};

/// The attribute that holds the map.
pub const FACTS: &str = "list_facts";

/// A fact of something listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    Status,
    IsActionable,
    Kind,
    Network,
    Merchant,
    Integration,
    /// What clients call its payment.
    Payment,
    /// Its order, by our id and by the merchant's reference.
    Order,
    OrderReference,
    Arn,
    VendorAlertId,
    ResolutionReason,
    InvalidReason,
    NeededFor,
    RefundOutcome,
    OrderStatus,
    /// When the order was placed.
    OrderedAt,
    /// When anything can be done at the latest.
    Deadline,
    UpdatedAt,
    /// The key that made a change.
    Key,
    /// The ids of what a change touched.
    Touched,
    /// Whose a change is, where its own key does not say.
    Owner,
}

impl FilterField {
    /// Its name in the map: short, since each row of the index has it.
    pub(crate) const fn attribute_name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::IsActionable => "actionable",
            Self::Kind => "kind",
            Self::Network => "network",
            Self::Merchant => "merchant",
            Self::Integration => "integration",
            Self::Payment => "payment",
            Self::Order => "order",
            Self::OrderReference => "order_reference",
            Self::Arn => "arn",
            Self::VendorAlertId => "vendor_alert",
            Self::ResolutionReason => "resolution",
            Self::InvalidReason => "invalid",
            Self::NeededFor => "needed_for",
            Self::RefundOutcome => "refund",
            Self::OrderStatus => "order_status",
            Self::OrderedAt => "ordered_at",
            Self::Deadline => "deadline",
            Self::UpdatedAt => "updated_at",
            Self::Key => "key",
            Self::Touched => "touched",
            Self::Owner => "owner",
        }
    }

    /// Its text, in an item.
    pub(crate) fn text_in(self, item: &TableItem) -> Option<&String> {
        item.get(FACTS)?.as_m().ok()?.get(self.attribute_name())?.as_s().ok()
    }
}

/// The facts of one item.
#[derive(Debug, Default)]
pub(crate) struct FilterFields(HashMap<String, AttributeValue>);

impl FilterFields {
    pub(crate) fn with_field(mut self, fact: FilterField, value: impl Into<String>) -> Self {
        self.0.insert(fact.attribute_name().to_owned(), text_value(value));
        self
    }

    pub(crate) fn with_optional(self, fact: FilterField, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with_field(fact, value),
            None => self,
        }
    }

    pub(crate) fn write_into(self, item: &mut TableItem) {
        item.insert(FACTS.to_owned(), AttributeValue::M(self.0));
    }
}
