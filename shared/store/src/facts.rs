//! The fields that lists filter on and sort by: a single map of an item. The index carries the map;
//! a new filter therefore changes no index.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::table::{TableItem, text_value};

/// The attribute with the map.
pub const FACTS: &str = "list_facts";

/// A field that lists filter on or sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterField {
    Status,
    IsActionable,
    Kind,
    Network,
    Merchant,
    Integration,
    /// The payment's id, as clients name the payment.
    Payment,
    /// The order, by our id; `OrderReference` is the merchant's reference.
    Order,
    OrderReference,
    Arn,
    VendorAlertId,
    ResolutionReason,
    InvalidReason,
    NeededFor,
    RefundOutcome,
    OrderStatus,
    /// The time at which the order was placed.
    OrderedAt,
    /// The latest time at which an action is possible.
    Deadline,
    UpdatedAt,
    /// The API key that made a change.
    Key,
    /// The ids that a change touched.
    Touched,
    /// The owner of a change, for lists under another key.
    Owner,
}

impl FilterField {
    /// Returns the name in the map: short, since each row of the index has the name.
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

    /// Returns the field's text in an item.
    pub(crate) fn text_in(self, item: &TableItem) -> Option<&String> {
        item.get(FACTS)?.as_m().ok()?.get(self.attribute_name())?.as_s().ok()
    }
}

/// The filter fields of an item.
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
