//! Webhooks: endpoints under their owner, events as they were rendered, and their deliveries.

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

/// Where an endpoint is: under its organisation, or its partner.
#[derive(Serialize, Deserialize)]
struct EndpointOwnerRow {
    owner: String,
}

impl Store {
    /// Keeps a new endpoint: first where it is, then itself.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// Writes the next version of an endpoint, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_endpoint(&self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        let wrote = self
            .put_over_version(endpoint_item(endpoint)?, endpoint.version.saturating_sub(1))
            .await?;
        expect_own_write(wrote, "endpoint", endpoint.id.as_str(), endpoint)
    }

    /// An endpoint, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// The endpoints of an organisation, or those of a partner for all of its organisations.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_endpoints(&self, owner: &str) -> Result<Vec<WebhookEndpoint>, StoreError> {
        let key = keys::endpoint_key(owner, "");
        self.query_prefix("endpoint", &key.pk, &key.sk).await
    }

    /// The endpoints that some organisations have of their own.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// Forgets an endpoint; what is on its way to it is given up.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn drop_endpoint(&self, endpoint: &WebhookEndpoint) -> Result<(), StoreError> {
        self.delete_item(&keys::endpoint_key(endpoint.owner_id(), endpoint.id.as_str())).await?;
        self.delete_item(&keys::owner_lookup_key(endpoint.id.as_str())).await
    }

    /// Keeps an event as it was rendered the first time, and gives what is kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_event(&self, event: WebhookEvent) -> Result<WebhookEvent, StoreError> {
        match self.put_new_item(event_item(&event)?).await? {
            WriteResult::Done => Ok(event),
            WriteResult::Refused(there) => {
                there.map_or(Ok(event), |item| from_table_item("event", item))
            }
        }
    }

    /// An event.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_event(&self, id: &EventId) -> Result<Option<WebhookEvent>, StoreError> {
        self.get_item("event", &keys::event_key(id.as_str())).await
    }

    /// The events of these ids, those that are there.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_events(&self, ids: &[EventId]) -> Result<Vec<WebhookEvent>, StoreError> {
        let keys = ids.iter().map(|id| keys::event_key(id.as_str()));
        self.load_by_keys(keys.map(key_item).collect(), false).await
    }

    /// Writes an event anew, for as long as it was to be kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn rewrite_event(&self, event: &WebhookEvent) -> Result<(), StoreError> {
        self.put_item(event_item(event)?).await
    }

    /// Keeps a delivery, unless it is there: an event that is told twice is delivered once.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_delivery(&self, delivery: &WebhookDelivery) -> Result<(), StoreError> {
        self.put_new_item(delivery_item(delivery)?).await.map(drop)
    }

    /// Writes the next version of a delivery, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_delivery(&self, delivery: &WebhookDelivery) -> Result<(), StoreError> {
        let wrote = self
            .put_over_version(delivery_item(delivery)?, delivery.version.saturating_sub(1))
            .await?;
        expect_own_write(wrote, "delivery", delivery.id.as_str(), delivery)
    }

    /// A delivery.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_delivery(
        &self,
        id: &DeliveryId,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        self.get_item("delivery", &keys::delivery_key(id)).await
    }

    /// The endpoints that want an organisation's events of a kind: its own, and those of its
    /// partner.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

/// The SDK repeats a conditional write whose answer was lost, and then meets itself.
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
        // the same time, as the index sorts it
        item.insert(DUE_AT.into(), text_value(keys::sortable_time(at)));
    }
    Ok(item)
}
