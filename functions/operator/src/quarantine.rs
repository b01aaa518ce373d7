//! Quarantine: lists, assigns, releases and discards payloads, each with the operator's name.

use domain::account::enrolment::Enrolment;
use domain::basics::id::{EnrolmentId, OrganisationId, QuarantineId};
use domain::network::quarantine::QuarantinedPayload;
use flows::quarantine;
use flows::quarantine::QuarantineError;
use serde_json::{Value, json};
use store::keys::{LISTED_QUARANTINE, kind_list};
use store::list::{ListCriteria, PageRequest};
use store::quarantine::LISTED_AS;

use crate::{OperatorSession, describe_error};

/// The payloads of a page.
const PAGE: usize = 50;

impl OperatorSession<'_> {
    /// Lists the unassigned payloads, or an organisation's.
    pub(crate) async fn list_quarantine(
        &self,
        of: Option<&OrganisationId>,
        cursor: Option<String>,
    ) -> Result<Value, String> {
        let page = match cursor {
            Some(cursor) => PageRequest::After { cursor, limit: PAGE },
            None => PageRequest::Offset { offset: 0, limit: PAGE },
        };
        let list = of.map_or_else(|| LISTED_QUARANTINE.to_owned(), |id| kind_list(id, LISTED_AS));
        let listing =
            ListCriteria { lists: vec![list], newest_first: true, page, ..ListCriteria::default() };
        let listed = self
            .store
            .read_list_page::<QuarantinedPayload>(&listing)
            .await
            .map_err(describe_error)?;
        Ok(json!({ "items": listed.items, "count": listed.count, "next_cursor": listed.next }))
    }

    /// Assigns a payload to an organisation. From then on the organisation's own API keys can read,
    /// release or discard the payload.
    pub(crate) async fn assign_payload(
        &self,
        id: &QuarantineId,
        to: &OrganisationId,
    ) -> Result<Value, String> {
        let organisation = self
            .store
            .read_organisation(to)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such organisation")?;
        let held = self.load_payload(id).await?;
        quarantine::assign_payload(
            self.store,
            held,
            &organisation,
            self.operator_name()?,
            self.now,
        )
        .await
        .map_err(describe_refusal)?;
        Ok(json!({ "id": id, "organisation_id": to }))
    }

    /// Releases an alert to an enrolment, through the regular intake.
    pub(crate) async fn release_payload(
        &self,
        id: &QuarantineId,
        enrolment: &EnrolmentId,
    ) -> Result<Value, String> {
        let held = self.load_payload(id).await?;
        let enrolment: Enrolment = self
            .store
            .read_record(enrolment.as_str())
            .await
            .map_err(describe_error)?
            .ok_or("there is no such enrolment")?;
        let released = quarantine::release_payload(
            self.store,
            held,
            &enrolment,
            self.operator_name()?,
            self.now,
        )
        .await
        .map_err(describe_refusal)?;
        let alert = match released.fate {
            domain::network::quarantine::QuarantineState::Released { alert, .. } => Some(alert),
            _ => None,
        };
        Ok(json!({ "id": id, "organisation_id": enrolment.organisation, "alert_id": alert }))
    }

    pub(crate) async fn discard_payload(
        &self,
        id: &QuarantineId,
        why: String,
    ) -> Result<Value, String> {
        let held = self.load_payload(id).await?;
        let discarded =
            quarantine::discard_payload(self.store, held, why, self.operator_name()?, self.now)
                .await
                .map_err(describe_refusal)?;
        Ok(json!({ "id": id, "organisation_id": discarded.organisation }))
    }

    async fn load_payload(&self, id: &QuarantineId) -> Result<QuarantinedPayload, String> {
        Ok(self
            .store
            .read_quarantined(id)
            .await
            .map_err(describe_error)?
            .ok_or("there is no such payload")?)
    }

    fn operator_name(&self) -> Result<String, String> {
        self.by.clone().ok_or_else(|| "say who you are in `by`".into())
    }
}

fn describe_refusal(stays: QuarantineError) -> String {
    match stays {
        QuarantineError::Store(error) => describe_error(error),
        other => other.to_string(),
    }
}
