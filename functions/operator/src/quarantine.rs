//! Quarantine: listed, handed to its organisation, released to an enrolment, or discarded; each
//! with who did it.

use domain::account::enrolment::Enrolment;
use domain::basics::id::{EnrolmentId, OrganisationId, QuarantineId};
use domain::network::quarantine::Quarantined;
use flows::quarantine;
use flows::quarantine::Stays;
use serde_json::{Value, json};
use store::keys::{LISTED_QUARANTINE, listed_of};
use store::list::{Listing, Page};
use store::quarantine::LISTED_AS;

use crate::{Desk, said};

/// How many a page lists.
const PAGE: usize = 50;

impl Desk<'_> {
    /// Those that are nobody's yet, or an organisation's.
    pub(crate) async fn list_quarantine(
        &self,
        of: Option<&OrganisationId>,
        cursor: Option<String>,
    ) -> Result<Value, String> {
        let page = match cursor {
            Some(cursor) => Page::After { cursor, limit: PAGE },
            None => Page::Offset { offset: 0, limit: PAGE },
        };
        let list = of.map_or_else(|| LISTED_QUARANTINE.to_owned(), |id| listed_of(id, LISTED_AS));
        let listing = Listing { lists: vec![list], newest_first: true, page, ..Listing::default() };
        let listed = self.store.list::<Quarantined>(&listing).await.map_err(said)?;
        Ok(json!({ "items": listed.items, "count": listed.count, "next_cursor": listed.next }))
    }

    /// From then on the organisation's own keys see it, release it or discard it.
    pub(crate) async fn assign(
        &self,
        id: &QuarantineId,
        to: &OrganisationId,
    ) -> Result<Value, String> {
        let organisation = self
            .store
            .organisation(to)
            .await
            .map_err(said)?
            .ok_or("there is no such organisation")?;
        let held = self.quarantined(id).await?;
        quarantine::assign(self.store, held, &organisation, self.name()?, self.now)
            .await
            .map_err(told)?;
        Ok(json!({ "id": id, "organisation_id": to }))
    }

    /// Works the alert for an enrolment, through the same intake as any other.
    pub(crate) async fn release(
        &self,
        id: &QuarantineId,
        enrolment: &EnrolmentId,
    ) -> Result<Value, String> {
        let held = self.quarantined(id).await?;
        let enrolment: Enrolment = self
            .store
            .record(enrolment.as_str())
            .await
            .map_err(said)?
            .ok_or("there is no such enrolment")?;
        let released = quarantine::release(self.store, held, &enrolment, self.name()?, self.now)
            .await
            .map_err(told)?;
        let alert = match released.fate {
            domain::network::quarantine::Fate::Released { alert, .. } => Some(alert),
            _ => None,
        };
        Ok(json!({ "id": id, "organisation_id": enrolment.organisation, "alert_id": alert }))
    }

    pub(crate) async fn discard(&self, id: &QuarantineId, why: String) -> Result<Value, String> {
        let held = self.quarantined(id).await?;
        let discarded = quarantine::discard(self.store, held, why, self.name()?, self.now)
            .await
            .map_err(told)?;
        Ok(json!({ "id": id, "organisation_id": discarded.organisation }))
    }

    async fn quarantined(&self, id: &QuarantineId) -> Result<Quarantined, String> {
        Ok(self.store.quarantined(id).await.map_err(said)?.ok_or("there is no such payload")?)
    }

    fn name(&self) -> Result<String, String> {
        self.by.clone().ok_or_else(|| "say who you are in `by`".into())
    }
}

fn told(stays: Stays) -> String {
    match stays {
        Stays::Store(error) => said(error),
        other => other.to_string(),
    }
}
