//! The operator's work-list: enrolments that wait for their network, as JSON and as the CSV for
//! vendors, and enrolments that wait for the operator.

use domain::account::enrolment::{Enrolment, EnrolmentStatus, EnrolmentTarget};
use domain::account::{Merchant, OperatingMode, Organisation};
use serde_json::{Value, json};
use store::keys::LISTED_PENDING;
use store::list::{ListCriteria, PageRequest};

use crate::{OperatorSession, describe_error};

/// The enrolments of a page.
const PAGE: usize = 100;
/// The CSV's columns.
const COLUMNS: &str = "enrolment_id,type,organisation,merchants,merchant_accounts,descriptor,\
    match_type,bin,caid,arns,requested_at,business_days,is_overdue";

/// A waiting enrolment, with its organisation and merchants.
struct WaitingEnrolment {
    enrolment: Enrolment,
    organisation: Organisation,
    merchants: Vec<Merchant>,
    days: u32,
    is_overdue: bool,
}

impl OperatorSession<'_> {
    /// Lists waiting enrolments, oldest first. Enrolments of TEST organisations are skipped: no
    /// network is involved.
    pub(crate) async fn list_pending(&self, cursor: Option<String>) -> Result<Value, String> {
        let page = match cursor {
            Some(cursor) => PageRequest::After { cursor, limit: PAGE },
            None => PageRequest::Offset { offset: 0, limit: PAGE },
        };
        let listing =
            ListCriteria { lists: vec![LISTED_PENDING.into()], page, ..ListCriteria::default() };
        let listed =
            self.store.read_list_page::<Enrolment>(&listing).await.map_err(describe_error)?;
        let mut waiting = Vec::new();
        for enrolment in listed.items {
            waiting.extend(self.load_waiting(enrolment).await?);
        }
        let items: Vec<Value> = waiting.iter().map(WaitingEnrolment::to_json).collect();
        let for_networks =
            waiting.iter().filter(|one| one.enrolment.status == EnrolmentStatus::Pending);
        let csv = format!(
            "{COLUMNS}\r\n{}",
            for_networks.flat_map(WaitingEnrolment::csv_lines).collect::<String>()
        );
        let overdue = waiting.iter().filter(|one| one.is_overdue).count();
        let needs_attention = waiting.iter().filter(|one| one.needs_attention()).count();
        Ok(json!({
            "overdue": overdue, "needs_attention": needs_attention, "items": items, "csv": csv,
            "next_cursor": listed.next
        }))
    }

    async fn load_waiting(&self, enrolment: Enrolment) -> Result<Option<WaitingEnrolment>, String> {
        let organisation =
            self.store.read_organisation(&enrolment.organisation).await.map_err(describe_error)?;
        let Some(organisation) = organisation.filter(|one| one.mode == OperatingMode::Live) else {
            return Ok(None);
        };
        let mut merchants: Vec<Merchant> =
            self.store.read_records(&organisation.id).await.map_err(describe_error)?;
        merchants.retain(|merchant| enrolment.merchant_ids.contains(&merchant.id));
        let (days, is_overdue) = (
            enrolment.business_days_waited(self.now),
            enrolment.status == EnrolmentStatus::Pending && enrolment.is_overdue(self.now),
        );
        Ok(Some(WaitingEnrolment { enrolment, organisation, merchants, days, is_overdue }))
    }
}

impl WaitingEnrolment {
    /// Checks whether the enrolment waits for the operator. The network receives no request before
    /// the operator decides.
    fn needs_attention(&self) -> bool {
        self.enrolment.status == EnrolmentStatus::NeedsAttention
    }

    fn to_json(&self) -> Value {
        json!({
            "enrolment_id": self.enrolment.id,
            "status": self.enrolment.status,
            "note": self.enrolment.note,
            "organisation_id": self.organisation.id,
            "organisation": self.organisation.name,
            "merchants": self.merchants.iter().map(
                |one| json!({ "id": one.id, "name": one.name, "external_id": one.external_id })
            ).collect::<Vec<_>>(),
            "watches": self.enrolment.watches,
            "connection_id": self.enrolment.connection,
            "accepted_at": self.enrolment.accepted_at,
            "requested_at": self.enrolment.created_at,
            "business_days": self.days,
            "expected_business_days": self.enrolment.watches.expected_business_days(),
            "is_overdue": self.is_overdue,
        })
    }

    /// Returns a CSV line for each watched descriptor, or for the RDR target.
    fn csv_lines(&self) -> Vec<String> {
        match &self.enrolment.watches {
            EnrolmentTarget::EthocaAlert { descriptors } => {
                let each = descriptors.iter().map(|own| {
                    ["ETHOCA_ALERT", &own.descriptor, own.match_type.as_str(), "", "", ""]
                        .map(csv_cell)
                });
                each.map(|watched| self.csv_line(&watched)).collect()
            }
            EnrolmentTarget::VerifiRdr { bin, caid, arns } => {
                let (bin, caid) =
                    (bin.as_deref().unwrap_or_default(), caid.as_deref().unwrap_or_default());
                vec![
                    self.csv_line(
                        &["VERIFI_RDR", "", "", bin, caid, &arns.join(" ")].map(csv_cell),
                    ),
                ]
            }
        }
    }

    fn csv_line(&self, [kind, watched @ ..]: &[String; 6]) -> String {
        let merchants =
            self.merchants.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join("; ");
        let accounts = self
            .merchants
            .iter()
            .filter_map(|one| one.external_id.as_deref())
            .collect::<Vec<_>>()
            .join("; ");
        let whose = [csv_cell(&self.organisation.name), csv_cell(&merchants), csv_cell(&accounts)]
            .join(",");
        let (id, at) = (&self.enrolment.id, self.enrolment.created_at);
        format!(
            "{id},{kind},{whose},{},{at},{},{}\r\n",
            watched.join(","),
            self.days,
            self.is_overdue
        )
    }
}

/// Escapes a CSV cell: quotes text that would break the line, and prevents formulas (CSV
/// injection).
fn csv_cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    let breaks = text.contains([',', '"', '\n', '\r']);
    if breaks { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
