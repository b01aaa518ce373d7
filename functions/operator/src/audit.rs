//! The audit trail: records the operator's own changes as all other changes, and lists all.

use domain::account::audit::{AuditActor, AuditRecord, AuditTenant};
use domain::basics::id::{AuditId, OrganisationId, PartnerId};
use runtime::random::new_seed;
use serde_json::{Value, json};
use store::keys::{OPERATORS, audit_list, audit_partition};
use store::list::{ListCriteria, PageRequest};

use crate::{OperatorSession, describe_error};

/// The records of a page.
const PAGE: usize = 100;

impl OperatorSession<'_> {
    /// Records the change of a command. The command's answer contains the affected tenant and ids.
    pub(crate) async fn audit_command(
        &self,
        command: &'static str,
        answer: &Value,
        request_id: String,
    ) {
        if let Err(error) = self.keep_audit_event(command, answer, request_id).await {
            tracing::error!(command, error, "Audit event could not be kept");
        }
    }

    async fn keep_audit_event(
        &self,
        command: &'static str,
        answer: &Value,
        request_id: String,
    ) -> Result<(), String> {
        let organisation = organisation_in_answer(answer);
        let fields = answer.as_object().into_iter().flatten();
        let ids = fields
            .filter(|(name, _)| *name == "id" || name.ends_with("_id"))
            .filter_map(|(_, id)| id.as_str().map(str::to_owned));
        let audited = AuditRecord {
            id: AuditId::from_seed(new_seed().map_err(describe_error)?),
            at: self.now,
            by: AuditActor::Operator { name: self.by.clone() },
            whose: self.affected_parties(answer, organisation.as_ref()).await?,
            organisations: organisation.into_iter().collect(),
            method: "COMMAND".into(),
            route: command.into(),
            ids: ids.collect(),
            status: None,
            request_id,
        };
        self.store.append_audit_entry(&audited).await.map_err(describe_error)
    }

    async fn affected_parties(
        &self,
        answer: &Value,
        organisation: Option<&OrganisationId>,
    ) -> Result<Option<AuditTenant>, String> {
        if let Some(id) = organisation {
            let found = self.store.read_organisation(id).await.map_err(describe_error)?;
            return Ok(found.map(|found| AuditTenant { partner: found.partner, mode: found.mode }));
        }
        let Some(id) = answer["partner_id"].as_str().and_then(|id| id.parse::<PartnerId>().ok())
        else {
            return Ok(None);
        };
        let found = self.store.read_partner(&id).await.map_err(describe_error)?;
        Ok(found.map(|found| AuditTenant { partner: found.id, mode: found.mode }))
    }

    /// Lists audit records, newest first, with the operators' names.
    pub(crate) async fn list_audit(
        &self,
        partner: Option<&PartnerId>,
        cursor: Option<String>,
    ) -> Result<Value, String> {
        let list = match partner {
            Some(id) => audit_list(
                id,
                self.store
                    .read_partner(id)
                    .await
                    .map_err(describe_error)?
                    .ok_or("there is no such partner")?
                    .mode,
            ),
            None => audit_partition(OPERATORS),
        };
        let page = match cursor {
            Some(cursor) => PageRequest::After { cursor, limit: PAGE },
            None => PageRequest::Offset { offset: 0, limit: PAGE },
        };
        let listing = ListCriteria {
            lists: vec![list],
            direct: partner.is_none(),
            newest_first: true,
            page,
            ..ListCriteria::default()
        };
        let listed =
            self.store.read_list_page::<AuditRecord>(&listing).await.map_err(describe_error)?;
        Ok(json!({ "items": listed.items, "next_cursor": listed.next }))
    }
}

fn organisation_in_answer(answer: &Value) -> Option<OrganisationId> {
    answer["organisation_id"].as_str().and_then(|id| id.parse().ok())
}
