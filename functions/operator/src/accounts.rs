//! The commands on partners, vendor connections, automation levels and exchange rates.

use domain::account::{AutomationLevel, OperatingMode, Organisation, Partner, VendorConnection};
use domain::basics::id::{ConnectionId, PartnerId};
use domain::basics::money::ExchangeRates;
use flows::clients::NetworkCredentials;
use runtime::random::{hash_secret, new_seed};
use serde_json::{Value, json};

use crate::command::{CreateConnection, SetAutomation};
use crate::{OperatorSession, describe_error};

impl OperatorSession<'_> {
    pub(crate) async fn create_partner(
        &self,
        name: String,
        mode: OperatingMode,
    ) -> Result<Value, String> {
        let id = PartnerId::from_seed(new_seed().map_err(describe_error)?);
        let (automation, caps, version) = (AutomationLevel::On, None, 1);
        let (created_at, updated_at) = (self.now, self.now);
        let partner = Partner {
            id: id.clone(),
            name,
            mode,
            automation,
            caps,
            version,
            created_at,
            updated_at,
        };
        self.store.put_partner(&partner).await.map_err(describe_error)?;
        Ok(json!({ "partner_id": id }))
    }

    pub(crate) async fn create_connection(&self, order: CreateConnection) -> Result<Value, String> {
        if order.limit_hours < order.target_hours
            || jiff::tz::TimeZone::get(&order.time_zone).is_err()
        {
            return Err(
                "the limit must not be before the target, and the zone must be an IANA name".into(),
            );
        }
        self.refuse_taken_username(&order.push_username).await?;
        let id = ConnectionId::from_seed(new_seed().map_err(describe_error)?);
        let credentials =
            NetworkCredentials { consumer_key: order.consumer_key, private_key: order.private_key };
        let plain = serde_json::to_string(&credentials).map_err(describe_error)?;
        let connection = VendorConnection {
            id: id.clone(),
            network: order.network,
            name: order.name,
            api_url: order.api_url,
            push_username: order.push_username,
            push_password_hash: hash_secret(&order.push_password),
            client_subject: order.client_subject,
            credentials: self
                .secrets
                .seal_secret(id.as_str(), &plain)
                .await
                .map_err(describe_error)?,
            time_zone: order.time_zone,
            target_hours: order.target_hours,
            limit_hours: order.limit_hours,
            is_sandbox: order.sandbox,
        };
        self.store.put_connection(&connection).await.map_err(describe_error)?;
        Ok(json!({ "connection_id": id }))
    }

    /// Refuses a name by which another connection already signs in.
    async fn refuse_taken_username(&self, username: &str) -> Result<(), String> {
        let connections = self.store.read_connections().await.map_err(describe_error)?;
        if connections.iter().any(|one| one.push_username == username) {
            Err("another connection signs in with this name".into())
        } else {
            Ok(())
        }
    }

    pub(crate) async fn set_automation(&self, order: SetAutomation) -> Result<Value, String> {
        let SetAutomation { organisation_id: id, automation, caps, remove_caps } = order;
        let organisation = self
            .store
            .read_organisation(&id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such organisation")?;
        let caps = caps.or(organisation.caps).filter(|_| !remove_caps);
        let version = organisation.version.saturating_add(1);
        let set = Organisation { automation, caps, updated_at: self.now, version, ..organisation };
        self.store.replace_organisation(&set).await.map_err(describe_error)?;
        Ok(json!({ "organisation_id": id, "automation": automation, "caps": set.caps }))
    }

    pub(crate) async fn load_rates(&self, rates: ExchangeRates) -> Result<Value, String> {
        if let Some((code, _)) = rates.usd_millionths.iter().find(|(code, rate)| {
            **rate == 0 || domain::basics::money::parse_currency(code).is_err()
        }) {
            return Err(format!("`{code}` is no currency, or its rate is zero"));
        }
        self.store.put_rates(&rates).await.map_err(describe_error)?;
        Ok(json!({ "as_of": rates.as_of, "currencies": rates.usd_millionths.len() }))
    }
}
