//! Partners and organisations, and the daily count of automatic refunds.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use domain::account::{AutomationLimits, Organisation, Partner, RefundCaps};
use domain::basics::id::{OrganisationId, PartnerId};
use domain::basics::time::add_seconds;
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::table::{TableItem, number_value, text_value, to_table_item, try_update};
use crate::{Store, StoreError};

impl Store {
    /// Stores a partner.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        self.put_item(to_table_item("partner", &keys::partner_key(&partner.id), partner)?).await
    }

    /// Reads a partner.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_partner(&self, id: &PartnerId) -> Result<Option<Partner>, StoreError> {
        self.get_item("partner", &keys::partner_key(id)).await
    }

    /// Writes the next version of a partner if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn replace_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        let item = to_table_item("partner", &keys::partner_key(&partner.id), partner)?;
        self.put_next_version(partner.id.as_str(), item, partner.version).await
    }

    /// Reads the automation limits in force for an organisation: the organisation's and the
    /// partner's.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_brakes(
        &self,
        organisation: &Organisation,
    ) -> Result<AutomationLimits, StoreError> {
        let partner = self.read_partner(&organisation.partner).await?;
        Ok(AutomationLimits::for_organisation(organisation, partner.as_ref()))
    }

    /// Stores an organisation.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_organisation(&self, organisation: &Organisation) -> Result<(), StoreError> {
        self.put_item(organisation_item(organisation)?).await
    }

    /// Writes the next version of an organisation if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn replace_organisation(
        &self,
        organisation: &Organisation,
    ) -> Result<(), StoreError> {
        self.put_next_version(
            organisation.id.as_str(),
            organisation_item(organisation)?,
            organisation.version,
        )
        .await
    }

    /// Removes an organisation if unchanged since the read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer changed the item meanwhile.
    pub async fn remove_organisation(&self, organisation: &Organisation) -> Result<(), StoreError> {
        let removed = self
            .delete_version(&keys::organisation_key(&organisation.id), organisation.version)
            .await?;
        if removed { Ok(()) } else { Err(StoreError::Conflict(organisation.id.to_string())) }
    }

    /// Reads an organisation by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_organisation(
        &self,
        id: &OrganisationId,
    ) -> Result<Option<Organisation>, StoreError> {
        self.get_item("organisation", &keys::organisation_key(id)).await
    }

    /// Counts an automatic refund of the day, worth `usd_cents`; returns false if a cap would be
    /// exceeded. The end of a day is fixed when the day begins: a changed time zone counts from the
    /// next day on.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn count_refund(
        &self,
        organisation: &OrganisationId,
        caps: &RefundCaps,
        usd_cents: u64,
        (day_end, now): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        let Some(room) = caps.usd_cents.checked_sub(usd_cents).filter(|_| caps.count > 0) else {
            return Ok(false);
        };
        let update = || self.refund_count_update(organisation, usd_cents, now);
        let one_more = || {
            let request = update().update_expression("ADD refunds :one, usd_cents :cents");
            let request = request
                .condition_expression("day_end > :now AND refunds < :count AND usd_cents <= :room");
            request
                .expression_attribute_values(":count", number_value(caps.count))
                .expression_attribute_values(":room", number_value(room))
        };
        let expires = add_seconds(now, keys::CAP_DAYS * 86_400).as_second();
        let first = update().update_expression(
            "SET refunds = :one, usd_cents = :cents, day_end = :day_end, #expires = :expires",
        );
        let first = first.condition_expression("attribute_not_exists(day_end) OR day_end <= :now");
        let first = first
            .expression_attribute_names("#expires", EXPIRES)
            .expression_attribute_values(":expires", number_value(expires));
        let first =
            first.expression_attribute_values(":day_end", number_value(day_end.as_second()));
        // Another worker may begin the day between the two updates.
        Ok(try_update(one_more()).await?.is_some()
            || try_update(first).await?.is_some()
            || try_update(one_more()).await?.is_some())
    }

    /// Builds an update of an organisation's count of the day, with the values that every such
    /// update needs.
    fn refund_count_update(
        &self,
        organisation: &OrganisationId,
        usd_cents: u64,
        now: Timestamp,
    ) -> UpdateItemFluentBuilder {
        let key = keys::refund_cap_key(organisation);
        let request = self.update_request(&key);
        let request = request
            .expression_attribute_values(":one", number_value(1))
            .expression_attribute_values(":cents", number_value(usd_cents));
        request.expression_attribute_values(":now", number_value(now.as_second()))
    }
}

fn organisation_item(organisation: &Organisation) -> Result<TableItem, StoreError> {
    let mut item =
        to_table_item("organisation", &keys::organisation_key(&organisation.id), organisation)?;
    item.insert(LIST.into(), text_value(keys::organisations_list(&organisation.partner)));
    item.insert(
        LISTED.into(),
        text_value(keys::list_position(organisation.created_at, organisation.id.as_str())),
    );
    Ok(item)
}
