//! The audit: the actor and content of each change, stored under every organisation touched, and
//! listed for the partner.

use domain::account::audit::{AuditActor, AuditRecord};
use domain::basics::id::OrganisationId;
use domain::basics::time::add_seconds;

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::table::{TableItem, number_value, text_value, to_table_item};
use crate::{Store, StoreError};

impl Store {
    /// Stores a change: a single write, and another for each further organisation touched.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn append_audit_entry(&self, audited: &AuditRecord) -> Result<(), StoreError> {
        let organisations = audited.organisations.iter().map(OrganisationId::as_str);
        let partner =
            audited.whose.as_ref().map_or(keys::OPERATORS, |whose| whose.partner.as_str());
        let mut owners: Vec<&str> = organisations.collect();
        if owners.is_empty() {
            owners.push(partner);
        }
        let mut items = owners
            .into_iter()
            .map(|owner| audit_item(audited, owner))
            .collect::<Result<Vec<_>, _>>()?;
        if let (Some(whose), Some(first)) = (&audited.whose, items.first_mut()) {
            // listed once, however many organisations the change touched
            first.insert(LIST.into(), text_value(keys::audit_list(&whose.partner, whose.mode)));
        }
        match <[TableItem; 1]>::try_from(items) {
            Ok([only]) => self.put_item(only).await,
            Err(several) => self.put_all_items(several).await,
        }
    }
}

fn audit_item(audited: &AuditRecord, owner: &str) -> Result<TableItem, StoreError> {
    let order = keys::list_position(audited.at, audited.id.as_str());
    let mut item = to_table_item("audit", &keys::audit_key(owner, &order), audited)?;
    item.insert(LISTED.into(), text_value(order));
    let key = if let AuditActor::Key { id, .. } = &audited.by { Some(id.as_str()) } else { None };
    FilterFields::default()
        // with a blank around each id: a filter looks for a whole id
        .with_field(FilterField::Touched, format!(" {} ", audited.ids.join(" ")))
        .with_optional(FilterField::Key, key)
        .with_optional(
            FilterField::Owner,
            audited.whose.as_ref().map(|whose| keys::audit_list(&whose.partner, whose.mode)),
        )
        .write_into(&mut item);
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(audited.at, keys::AUDIT_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
