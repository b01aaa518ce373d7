//! Records of an organisation: read by id or all together, written with a version check.

use domain::account::enrolment::{Enrolment, EnrolmentStatus};
use domain::account::{Integration, Membership, Merchant};
use domain::alert::Alert;
use domain::basics::id::OrganisationId;
use domain::matching::setup::EnrolmentSetup;
use domain::rules::ruleset::Ruleset;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::keys::{LIST, LISTED};
use crate::list::concatenate_reads;
use crate::table::{TableItem, WriteResult, from_table_item, text_value, to_table_item};
use crate::{Store, StoreError, keys};

/// A record that belongs to an organisation.
pub trait OrganisationRecord: Serialize + DeserializeOwned {
    /// The prefix of the record's sort key.
    const KIND: &'static str;

    /// Returns the record's identifier.
    fn id(&self) -> &str;

    /// Returns the organisation that owns the record.
    fn organisation(&self) -> &OrganisationId;

    /// Returns the number of writes.
    fn version(&self) -> u64;

    /// Returns the list across organisations, and the position in the list, if the record is
    /// listed.
    fn listed(&self) -> Option<(&'static str, String)> {
        None
    }
}

macro_rules! records {
    ($($kind:ty, $prefix:literal $(, $listed:expr)?;)*) => {$(
        impl OrganisationRecord for $kind {
            const KIND: &'static str = $prefix;

            fn id(&self) -> &str {
                self.id.as_str()
            }

            fn organisation(&self) -> &OrganisationId {
                &self.organisation
            }

            fn version(&self) -> u64 {
                self.version
            }

            $(
            fn listed(&self) -> Option<(&'static str, String)> {
                $listed(self)
            }
            )?
        }
    )*};
}

records! {
    Membership, "MEM";
    Merchant, "MRCH";
    Integration, "INT";
    Enrolment, "ENRL", listed_while_pending;
    Ruleset, "RSET";
}

/// Returns the position on the operator's work-list, for an enrolment that waits for the network or
/// the operator. The operator clears up the enrolment, or confirms the network's acceptance of an
/// enrolment that an alert proved to be watched.
fn listed_while_pending(enrolment: &Enrolment) -> Option<(&'static str, String)> {
    let order = || keys::list_position(enrolment.created_at, enrolment.id.as_str());
    let waits = match enrolment.status {
        EnrolmentStatus::Pending | EnrolmentStatus::NeedsAttention => true,
        EnrolmentStatus::Enabled => enrolment.accepted_at.is_none(),
        EnrolmentStatus::Unenrolled => false,
    };
    waits.then(|| (keys::LISTED_PENDING, order()))
}

#[derive(Serialize, Deserialize)]
struct RecordOwnerRow {
    organisation: OrganisationId,
}

impl Store {
    /// Stores a record: first the row that names the owner, then the record. Every stored record
    /// can then be read by id.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_record<R: OrganisationRecord>(&self, record: &R) -> Result<(), StoreError> {
        let at = RecordOwnerRow { organisation: record.organisation().clone() };
        self.put_item(to_table_item("record", &keys::owner_lookup_key(record.id()), &at)?).await?;
        self.put_item(record_item(record)?).await
    }

    /// Inserts a new record; returns the stored record if the id belongs to a different record.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_record<R: OrganisationRecord>(
        &self,
        record: &R,
    ) -> Result<Option<R>, StoreError> {
        let at = RecordOwnerRow { organisation: record.organisation().clone() };
        self.put_item(to_table_item("record", &keys::owner_lookup_key(record.id()), &at)?).await?;
        let own = record_item(record)?;
        match self.put_new_item(own.clone()).await? {
            WriteResult::Refused(there) if there.as_ref().as_ref() != Some(&own) => {
                there.map(|item| from_table_item("record", item)).transpose()
            }
            WriteResult::Done | WriteResult::Refused(_) => Ok(None),
        }
    }

    /// Writes the next version of a stored record if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer changed or removed the record.
    pub async fn replace_record<R: OrganisationRecord>(
        &self,
        record: &R,
    ) -> Result<(), StoreError> {
        self.put_next_version(record.id(), record_item(record)?, record.version()).await
    }

    /// Removes a record if unchanged since the read: first the record, then the row that names the
    /// owner.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer changed the item meanwhile.
    pub async fn remove_record<R: OrganisationRecord>(&self, record: &R) -> Result<(), StoreError> {
        let key = keys::record_key(record.organisation(), R::KIND, record.id());
        if !self.delete_version(&key, record.version()).await? {
            return Err(StoreError::Conflict(record.id().to_owned()));
        }
        self.delete_item(&keys::owner_lookup_key(record.id())).await
    }

    /// Reads a record by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_record<R: OrganisationRecord>(
        &self,
        id: &str,
    ) -> Result<Option<R>, StoreError> {
        let Some(at) =
            self.get_item::<RecordOwnerRow>("record", &keys::owner_lookup_key(id)).await?
        else {
            return Ok(None);
        };
        self.get_item("record", &keys::record_key(&at.organisation, R::KIND, id)).await
    }

    /// Reads all records of a kind of an organisation.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_records<R: OrganisationRecord>(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Vec<R>, StoreError> {
        self.query_prefix("record", organisation.as_str(), &format!("{}#", R::KIND)).await
    }

    /// Reads all records of a kind of several organisations.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_records_of_each<R: OrganisationRecord>(
        &self,
        organisations: &[OrganisationId],
    ) -> Result<Vec<R>, StoreError> {
        concatenate_reads(
            organisations.iter().map(|organisation| self.read_records(organisation)).collect(),
        )
        .await
    }

    /// Reads the setup of an alert's organisation; none if the organisation or the enrolment is
    /// gone.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_setup(&self, alert: &Alert) -> Result<Option<EnrolmentSetup>, StoreError> {
        let Some(organisation) = self.read_organisation(&alert.organisation).await? else {
            return Ok(None);
        };
        let (own, mut others): (Vec<Enrolment>, Vec<Enrolment>) = self
            .read_records(&organisation.id)
            .await?
            .into_iter()
            .partition(|one: &Enrolment| one.id == alert.enrolment);
        let Some(enrolment) = own.into_iter().next() else { return Ok(None) };
        let is_there = |one: &Enrolment| one.connection.as_ref() == Some(&alert.connection);
        others
            .retain(|one| is_there(one) && one.rank_descriptor(&alert.claim.descriptor).is_some());
        let (merchants, integrations) = (
            self.read_records(&organisation.id).await?,
            self.read_records(&organisation.id).await?,
        );
        Ok(Some(EnrolmentSetup {
            organisation,
            enrolment,
            others,
            descriptor: alert.claim.descriptor.clone(),
            merchants,
            integrations,
        }))
    }
}

fn record_item<R: OrganisationRecord>(record: &R) -> Result<TableItem, StoreError> {
    let key = keys::record_key(record.organisation(), R::KIND, record.id());
    let mut item = to_table_item("record", &key, record)?;
    item.insert("kind".into(), text_value(R::KIND));
    if let Some((list, order)) = record.listed() {
        item.insert(LIST.into(), text_value(list));
        item.insert(LISTED.into(), text_value(order));
    }
    Ok(item)
}
