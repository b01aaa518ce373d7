//! Brakes: the limits that an organisation and the partner set for automatic actions of rules.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Organisation, Partner};
use crate::basics::money::Currency;

/// The currency of caps and amount rules.
pub const REFERENCE_CURRENCY: Currency = Currency::USD;

/// The automation of rules. A later value is stricter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Automation))]
#[serde(rename_all = "UPPERCASE")]
pub enum AutomationLevel {
    /// Rules act.
    #[default]
    On,
    /// Rules decide and display the decision; a person acts.
    Observe,
    /// Rules are not evaluated.
    Paused,
}

/// The maximum that rules may refund in a day of the organisation's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundCaps {
    /// The maximum number of refunds.
    pub count: u32,
    /// The maximum total in US cents.
    pub usd_cents: u64,
}

/// The brakes that apply to an organisation's alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AutomationLimits {
    /// The stricter of the partner's and the organisation's settings.
    pub automation: AutomationLevel,
    /// The organisation's caps, else the partner's.
    pub caps: Option<RefundCaps>,
    time_zone: TimeZone,
}

impl AutomationLimits {
    /// Returns the brakes of an organisation, limited by those of the partner.
    #[must_use]
    pub fn for_organisation(organisation: &Organisation, partner: Option<&Partner>) -> Self {
        let above = partner.map_or(AutomationLevel::On, |partner| partner.automation);
        Self {
            automation: organisation.automation.max(above),
            caps: organisation.caps.or_else(|| partner?.caps),
            time_zone: find_time_zone(&organisation.time_zone).unwrap_or(TimeZone::UTC),
        }
    }

    /// Returns the end of the day for which refunds are counted together.
    #[must_use]
    pub fn day_end(&self, now: Timestamp) -> Timestamp {
        let today = now.to_zoned(self.time_zone.clone());
        today.tomorrow().and_then(|next| next.start_of_day()).map_or(now, |next| next.timestamp())
    }
}

/// Returns the time zone of an IANA name. Only valid names are stored.
#[must_use]
pub fn find_time_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// Returns the default time zone of an organisation: UTC.
pub(super) fn default_zone() -> String {
    "UTC".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::NegativeListPolicy;
    use crate::account::OperatingMode;
    use crate::basics::id::{OrganisationId, PartnerId};

    fn partner(automation: AutomationLevel, caps: Option<RefundCaps>) -> Partner {
        let (id, at) = (PartnerId::from_seed(1), Timestamp::UNIX_EPOCH);
        Partner {
            id,
            name: "P".into(),
            mode: OperatingMode::Live,
            automation,
            caps,
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    fn organisation(
        automation: AutomationLevel,
        caps: Option<RefundCaps>,
        zone: &str,
    ) -> Organisation {
        Organisation {
            id: OrganisationId::from_seed(1),
            partner: PartnerId::from_seed(1),
            name: "O".into(),
            mode: OperatingMode::Live,
            automation,
            caps,
            time_zone: zone.into(),
            negative_list_on_refund: NegativeListPolicy::default(),
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_stricter_switch_counts_whoever_set_it() {
        use AutomationLevel::{Observe, On, Paused};
        for (own, above, expected) in [
            (On, On, On),
            (On, Paused, Paused),
            (Paused, On, Paused),
            (Observe, Paused, Paused),
            (Observe, On, Observe),
        ] {
            let brakes = AutomationLimits::for_organisation(
                &organisation(own, None, "UTC"),
                Some(&partner(above, None)),
            );
            assert_eq!(brakes.automation, expected, "{own:?} below {above:?}");
        }
    }

    #[test]
    fn caps_of_its_own_come_before_the_partners() {
        let caps = |count| Some(RefundCaps { count, usd_cents: 1 });
        let of = |own, above| {
            AutomationLimits::for_organisation(
                &organisation(AutomationLevel::On, own, "UTC"),
                Some(&partner(AutomationLevel::On, above)),
            )
            .caps
        };
        assert_eq!(
            (of(caps(1), caps(2)), of(None, caps(2)), of(caps(1), None), of(None, None)),
            (caps(1), caps(2), caps(1), None)
        );
    }

    #[test]
    fn a_day_is_the_organisations_own() {
        let now: Timestamp = "2026-02-17T23:30:00Z".parse().expect("a time");
        let end = |zone| {
            AutomationLimits::for_organisation(&organisation(AutomationLevel::On, None, zone), None)
                .day_end(now)
                .to_string()
        };
        assert_eq!(
            (end("UTC"), end("Europe/Copenhagen"), end("America/New_York")),
            (
                "2026-02-18T00:00:00Z".into(),
                "2026-02-18T23:00:00Z".into(),
                "2026-02-18T05:00:00Z".into()
            )
        );
    }
}
