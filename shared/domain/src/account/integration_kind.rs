//! The kinds of integrations. A new kind must say here what the kind is and can do: each method is
//! a `match` over all kinds, and no code elsewhere compares a kind with one variant.

use serde::{Deserialize, Serialize};

/// The kind of source that an integration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationKind {
    /// Orders pushed through our API.
    CustomOrders,
    /// Orders pushed through our API, with refunds through the merchant's own callback endpoint.
    CustomCallback,
    /// Stripe.
    Stripe,
}

impl IntegrationKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::CustomOrders, Self::CustomCallback, Self::Stripe];

    /// Checks whether the integration takes whole orders.
    #[must_use]
    pub const fn can_take_orders(self) -> bool {
        match self {
            Self::CustomOrders | Self::CustomCallback => true,
            Self::Stripe => false,
        }
    }

    /// Checks whether refunds can be made through the integration.
    #[must_use]
    pub const fn can_refund(self) -> bool {
        match self {
            Self::CustomOrders => false,
            Self::CustomCallback | Self::Stripe => true,
        }
    }

    /// Checks whether the integration is a processor, whose payments can be searched.
    #[must_use]
    pub const fn is_processor(self) -> bool {
        match self {
            Self::CustomOrders | Self::CustomCallback => false,
            Self::Stripe => true,
        }
    }

    /// Checks whether the integration is an endpoint that the merchant runs.
    #[must_use]
    pub const fn is_merchant_endpoint(self) -> bool {
        match self {
            Self::CustomCallback => true,
            Self::CustomOrders | Self::Stripe => false,
        }
    }

    /// Checks whether a platform's refund can take back what was passed on to connected accounts.
    #[must_use]
    pub const fn can_split_refunds(self) -> bool {
        match self {
            Self::Stripe => true,
            Self::CustomOrders | Self::CustomCallback => false,
        }
    }

    /// Returns the beginnings of the processor's own payment ids, by which a merchant's reference
    /// is recognised as such an id.
    #[must_use]
    pub const fn payment_id_prefixes(self) -> &'static [&'static str] {
        match self {
            Self::CustomOrders | Self::CustomCallback => &[],
            Self::Stripe => &["pi_", "ch_", "py_"],
        }
    }
}

/// Checks whether a text has the form of a processor's payment or charge id.
#[must_use]
pub fn is_processor_payment_id(text: &str) -> bool {
    let has_prefix = |kind: IntegrationKind| {
        kind.payment_id_prefixes().iter().any(|prefix| text.starts_with(prefix))
    };
    IntegrationKind::ALL.into_iter().any(has_prefix)
}
