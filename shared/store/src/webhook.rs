//! Webhooks: endpoints under the owner, events as rendered, and deliveries.

use domain::basics::id::{DeliveryId, EndpointId, EventId, OrganisationId};
use domain::basics::time::add_seconds;
use domain::notify::event::EventKind;
use domain::notify::webhook::{WebhookDelivery, WebhookEndpoint, WebhookEvent};
use serde::{Deserialize, Serialize};

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, DUE, DUE_AT, EXPIRES, LIST, LISTED};
use crate::list::concatenate_reads;
use crate::table::{
    TableItem, WriteResult, from_table_item, key_item, number_value, text_value, to_table_item,
};
use crate::{Store, StoreError};

/// The row that names the owner of an endpoint: an organisation or a partner.
#[derive(Serialize, Deserialize)]
struct EndpointOwnerRow {
    owner: String,
}

impl Store {
    /// Stores a new endpoint: first the row that names the owner, then the endpoint.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_endpoint(&self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        let owned = EndpointOwnerRow { owner: endpoint.owner_id().to_owned() };
        self.put_item(to_table_item(
            "endpoint",
            &keys::owner_lookup_key(endpoint.id.as_str()),
            &owned,
        )?)
        .await?;
        self.put_item(endpoint_item(endpoint)?).await
    }

    /// Writes the next version of an endpoint if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_endpoint(&self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        let wrote = self
            .put_over_version(endpoint_item(endpoint)?, endpoint.version.saturating_sub(1))
            .await?;
        expect_own_write(wrote, "endpoint", endpoint.id.as_str(), endpoint)
    }

    /// Reads an endpoint by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_endpoint(
        &self,
        id: &EndpointId,
    ) -> Result<Option<WebhookEndpoint>, StoreError> {
        let Some(owned) = self
            .get_item::<EndpointOwnerRow>("endpoint", &keys::owner_lookup_key(id.as_str()))
            .await?
        else {
            return Ok(None);
        };
        self.get_item("endpoint", &keys::endpoint_key(&owned.owner, id.as_str())).await
    }

    /// Reads the endpoints of an organisation, or the endpoints of a partner for all organisations.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_endpoints(&self, owner: &str) -> Result<Vec<WebhookEndpoint>, StoreError> {
        let key = keys::endpoint_key(owner, "");
        self.query_prefix("endpoint", &key.pk, &key.sk).await
    }

    /// Reads the own endpoints of several organisations.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_endpoints_of_each(
        &self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<WebhookEndpoint>, StoreError> {
        concatenate_reads(
            organisations
                .iter()
                .map(|organisation| self.read_endpoints(organisation.as_str()))
                .collect(),
        )
        .await
    }

    /// Deletes an endpoint; pending deliveries are abandoned.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn drop_endpoint(&self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        self.delete_item(&keys::endpoint_key(endpoint.owner_id(), endpoint.id.as_str())).await?;
        self.delete_item(&keys::owner_lookup_key(endpoint.id.as_str())).await
    }

    /// Stores an event as rendered the first time; returns the stored event.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_event(&self, event: WebhookEvent) -> Result<WebhookEvent, StoreError> {
        match self.put_new_item(event_item(&event)?).await? {
            WriteResult::Done => Ok(event),
            WriteResult::Refused(there) => {
                there.map_or(Ok(event), |item| from_table_item("event", item))
            }
        }
    }

    /// Reads an event.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_event(&self, id: &EventId) -> Result<Option<WebhookEvent>, StoreError> {
        self.get_item("event", &keys::event_key(id.as_str())).await
    }

    /// Reads the stored events among these ids.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_events(&self, ids: &[EventId]) -> Result<Vec<WebhookEvent>, StoreError> {
        let keys = ids.iter().map(|id| keys::event_key(id.as_str()));
        self.load_by_keys(keys.map(key_item).collect(), false).await
    }

    /// Rewrites an event, with the same expiry.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn rewrite_event(&self, event: &WebhookEvent) -> Result<(), StoreError> {
        self.put_item(event_item(event)?).await
    }

    /// Stores a delivery, unless stored before. Idempotent: an event reported twice is delivered
    /// once.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_delivery(&self, delivery: &WebhookDelivery) -> Result<(), StoreError> {
        self.put_new_item(delivery_item(delivery)?).await.map(drop)
    }

    /// Writes the next version of a delivery if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_delivery(&self, delivery: &WebhookDelivery) -> Result<(), StoreError> {
        let wrote = self
            .put_over_version(delivery_item(delivery)?, delivery.version.saturating_sub(1))
            .await?;
        expect_own_write(wrote, "delivery", delivery.id.as_str(), delivery)
    }

    /// Reads a delivery.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_delivery(
        &self,
        id: &DeliveryId,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        self.get_item("delivery", &keys::delivery_key(id)).await
    }

    /// Reads the endpoints subscribed to an organisation's events of a kind: the organisation's and
    /// the partner's endpoints.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_subscribers(
        &self,
        owners: &[&str],
        kind: EventKind,
    ) -> Result<Vec<WebhookEndpoint>, StoreError> {
        let mut found = Vec::new();
        for owner in owners {
            found.extend(
                self.read_endpoints(owner)
                    .await?
                    .into_iter()
                    .filter(|endpoint| endpoint.is_subscribed_to(kind)),
            );
        }
        Ok(found)
    }
}

/// Accepts a refused write if the stored item is the written item. The SDK retries a conditional
/// write whose answer was lost, and is then refused.
fn expect_own_write<T>(
    wrote: WriteResult,
    what: &'static str,
    id: &str,
    own: &T,
) -> Result<(), StoreError>
where
    T: serde::de::DeserializeOwned + PartialEq,
{
    let WriteResult::Refused(there) = wrote else { return Ok(()) };
    let there = there.map(|item| from_table_item::<T>(what, item)).transpose()?;
    if there.as_ref() == Some(own) { Ok(()) } else { Err(StoreError::Conflict(id.to_owned())) }
}

fn event_item(event: &WebhookEvent) -> Result<TableItem, StoreError> {
    let mut item = to_table_item("event", &keys::event_key(event.id.as_str()), event)?;
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(event.created_at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    Ok(item)
}

fn endpoint_item(endpoint: &WebhookEndpoint) -> Result<TableItem, StoreError> {
    to_table_item(
        "endpoint",
        &keys::endpoint_key(endpoint.owner_id(), endpoint.id.as_str()),
        endpoint,
    )
}

fn delivery_item(delivery: &WebhookDelivery) -> Result<TableItem, StoreError> {
    let mut item = to_table_item("delivery", &keys::delivery_key(&delivery.id), delivery)?;
    item.insert(LIST.into(), text_value(keys::deliveries_list(&delivery.endpoint)));
    item.insert(
        LISTED.into(),
        text_value(keys::list_position(delivery.created_at, delivery.id.as_str())),
    );
    FilterFields::default()
        .with_field(FilterField::Status, delivery.state.as_str())
        .write_into(&mut item);
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(delivery.created_at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    if let Some(at) = delivery.due_at {
        item.insert(DUE.into(), text_value(keys::due_shard_of(delivery.id.as_str())));
        // the same time, as the index sorts times
        item.insert(DUE_AT.into(), text_value(keys::sortable_time(at)));
    }
    Ok(item)
}
