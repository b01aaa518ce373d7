//! Entries of a negative list, and checks, as responses.

use domain::account::person::Requester;
use domain::basics::id::{AlertId, ListedId, OrganisationId};
use domain::privacy::negative_list::{
    NegativeListAuthor, NegativeListEntry, NegativeListKind, NegativeListReason,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::response::ResourceResponse;

/// An entry of the negative list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntry)]
pub(crate) struct NegativeEntryFields {
    id: ListedId,
    organisation_id: OrganisationId,
    kind: NegativeListKind,
    /// A masked form for people; the listed value itself is not stored.
    masked: String,
    reason: NegativeListReason,
    source_alert_id: Option<AlertId>,
    note: Option<String>,
    expires_at: Option<Timestamp>,
    created_by: NegativeEntryAuthor,
    created_at: Timestamp,
}

/// The creator of the entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntryCreatedBy)]
struct NegativeEntryAuthor {
    /// `KEY`, `MEMBER`, `RULESET`, or `SETTING` of the organisation.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
}

/// The result of a check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListCheck)]
pub(crate) struct NegativeListCheck {
    pub(super) listed: bool,
    pub(super) entries: Vec<NegativeListHit>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListHit)]
pub(super) struct NegativeListHit {
    id: ListedId,
    kind: NegativeListKind,
    reason: NegativeListReason,
    source_alert_id: Option<AlertId>,
    created_at: Timestamp,
}

impl NegativeListHit {
    pub(super) fn from_listed(entry: NegativeListEntry) -> Self {
        let NegativeListEntry {
            id, kind, reason, source_alert: source_alert_id, created_at, ..
        } = entry;
        Self { id, kind, reason, source_alert_id, created_at }
    }
}

pub(super) fn to_response(entry: &NegativeListEntry) -> ResourceResponse<NegativeEntryFields> {
    let (kind, by) = match &entry.by {
        NegativeListAuthor::Person(Requester::Key(id)) => ("KEY", Some(id.to_string())),
        NegativeListAuthor::Person(Requester::Member(member)) => {
            ("MEMBER", Some(member.id.to_string()))
        }
        NegativeListAuthor::Ruleset(id) => ("RULESET", Some(id.to_string())),
        NegativeListAuthor::Setting => ("SETTING", None),
    };
    let NegativeListEntry {
        id,
        organisation,
        kind: of,
        masked,
        reason,
        source_alert,
        note,
        expires_at,
        created_at,
        ..
    } = entry.clone();
    let path = id.to_string();
    let (organisation_id, source_alert_id, created_by) =
        (organisation, source_alert, NegativeEntryAuthor { kind, id: by });
    let fields = NegativeEntryFields {
        id,
        organisation_id,
        kind: of,
        masked,
        reason,
        source_alert_id,
        note,
        expires_at,
        created_by,
        created_at,
    };
    ResourceResponse::at_path("/v1/negative-list", &path, 1, fields)
}
