//! Webhooks: endpoints under their owner, events as they were rendered, and their deliveries.

use domain::basics::id::{DeliveryId, EndpointId, EventId, OrganisationId};
use domain::basics::time::after;
use domain::notify::event::EventKind;
use domain::notify::webhook::{Delivery, Endpoint, Event};
use serde::{Deserialize, Serialize};

use crate::facts::{Fact, Facts};
use crate::keys::{self, DUE, DUE_AT, EXPIRES, LIST, LISTED};
use crate::list::together;
use crate::table::{Item, Wrote, item_of, key_item, number, text, value_of};
use crate::{Store, StoreError};

/// Where an endpoint is: under its organisation, or its partner.
#[derive(Serialize, Deserialize)]
struct Owned {
    owner: String,
}

impl Store {
    /// Keeps a new endpoint: first where it is, then itself.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let owned = Owned { owner: endpoint.owner().to_owned() };
        self.put(item_of("endpoint", &keys::at(endpoint.id.as_str()), &owned)?).await?;
        self.put(endpoint_item(endpoint)?).await
    }

    /// Writes the next version of an endpoint, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        let wrote =
            self.put_over(endpoint_item(endpoint)?, endpoint.version.saturating_sub(1)).await?;
        is_ours(wrote, "endpoint", endpoint.id.as_str(), endpoint)
    }

    /// An endpoint, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn endpoint(&self, id: &EndpointId) -> Result<Option<Endpoint>, StoreError> {
        let Some(owned) = self.get::<Owned>("endpoint", &keys::at(id.as_str())).await? else {
            return Ok(None);
        };
        self.get("endpoint", &keys::endpoint(&owned.owner, id.as_str())).await
    }

    /// The endpoints of an organisation, or those of a partner for all of its organisations.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn endpoints_of(&self, owner: &str) -> Result<Vec<Endpoint>, StoreError> {
        let key = keys::endpoint(owner, "");
        self.query_prefix("endpoint", &key.pk, &key.sk).await
    }

    /// The endpoints that some organisations have of their own.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn endpoints_of_each(
        &self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<Endpoint>, StoreError> {
        together(
            organisations
                .iter()
                .map(|organisation| self.endpoints_of(organisation.as_str()))
                .collect(),
        )
        .await
    }

    /// Forgets an endpoint; what is on its way to it is given up.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn drop_endpoint(&self, endpoint: &Endpoint) -> Result<(), StoreError> {
        self.delete(&keys::endpoint(endpoint.owner(), endpoint.id.as_str())).await?;
        self.delete(&keys::at(endpoint.id.as_str())).await
    }

    /// Keeps an event as it was rendered the first time, and gives what is kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_event(&self, event: Event) -> Result<Event, StoreError> {
        match self.put_new(event_item(&event)?).await? {
            Wrote::Done => Ok(event),
            Wrote::Refused(there) => there.map_or(Ok(event), |item| value_of("event", item)),
        }
    }

    /// An event.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn event(&self, id: &EventId) -> Result<Option<Event>, StoreError> {
        self.get("event", &keys::event(id.as_str())).await
    }

    /// The events of these ids, those that are there.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn events(&self, ids: &[EventId]) -> Result<Vec<Event>, StoreError> {
        let keys = ids.iter().map(|id| keys::event(id.as_str()));
        self.load(keys.map(key_item).collect(), false).await
    }

    /// Writes an event anew, for as long as it was to be kept.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn rewrite_event(&self, event: &Event) -> Result<(), StoreError> {
        self.put(event_item(event)?).await
    }

    /// Keeps a delivery, unless it is there: an event that is told twice is delivered once.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.put_new(delivery_item(delivery)?).await.map(drop)
    }

    /// Writes the next version of a delivery, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let wrote =
            self.put_over(delivery_item(delivery)?, delivery.version.saturating_sub(1)).await?;
        is_ours(wrote, "delivery", delivery.id.as_str(), delivery)
    }

    /// A delivery.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn delivery(&self, id: &DeliveryId) -> Result<Option<Delivery>, StoreError> {
        self.get("delivery", &keys::delivery(id)).await
    }

    /// The endpoints that want an organisation's events of a kind: its own, and those of its
    /// partner.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn subscribers(
        &self,
        owners: &[&str],
        kind: EventKind,
    ) -> Result<Vec<Endpoint>, StoreError> {
        let mut found = Vec::new();
        for owner in owners {
            found.extend(
                self.endpoints_of(owner).await?.into_iter().filter(|endpoint| endpoint.wants(kind)),
            );
        }
        Ok(found)
    }
}

/// The SDK repeats a conditional write whose answer was lost, and then meets itself.
fn is_ours<T>(wrote: Wrote, what: &'static str, id: &str, own: &T) -> Result<(), StoreError>
where
    T: serde::de::DeserializeOwned + PartialEq,
{
    let Wrote::Refused(there) = wrote else { return Ok(()) };
    let there = there.map(|item| value_of::<T>(what, item)).transpose()?;
    if there.as_ref() == Some(own) { Ok(()) } else { Err(StoreError::Conflict(id.to_owned())) }
}

fn event_item(event: &Event) -> Result<Item, StoreError> {
    let mut item = item_of("event", &keys::event(event.id.as_str()), event)?;
    item.insert(
        EXPIRES.into(),
        number(after(event.created_at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    Ok(item)
}

fn endpoint_item(endpoint: &Endpoint) -> Result<Item, StoreError> {
    item_of("endpoint", &keys::endpoint(endpoint.owner(), endpoint.id.as_str()), endpoint)
}

fn delivery_item(delivery: &Delivery) -> Result<Item, StoreError> {
    let mut item = item_of("delivery", &keys::delivery(&delivery.id), delivery)?;
    item.insert(LIST.into(), text(keys::listed_deliveries(&delivery.endpoint)));
    item.insert(LISTED.into(), text(keys::listed_at(delivery.created_at, delivery.id.as_str())));
    Facts::default().with(Fact::Status, delivery.state.as_str()).lay_into(&mut item);
    item.insert(
        EXPIRES.into(),
        number(after(delivery.created_at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    if let Some(at) = delivery.due_at {
        item.insert(DUE.into(), text(keys::due_shard_of(delivery.id.as_str())));
        // the same time, as the index sorts it
        item.insert(DUE_AT.into(), text(keys::sortable(at)));
    }
    Ok(item)
}
