//! The audit: who changed what, kept where the organisations that it touched look, and listed for
//! their partner.

use domain::account::audit::{Audited, Changer};
use domain::basics::id::OrganisationId;
use domain::basics::time::after;

use crate::facts::{Fact, Facts};
use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::table::{Item, item_of, number, text};
use crate::{Store, StoreError};

impl Store {
    /// Keeps a change: one write, and one more for each further organisation that it touched.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn audit(&self, audited: &Audited) -> Result<(), StoreError> {
        let organisations = audited.organisations.iter().map(OrganisationId::as_str);
        let partner =
            audited.whose.as_ref().map_or(keys::OPERATORS, |whose| whose.partner.as_str());
        let mut owners: Vec<&str> = organisations.collect();
        if owners.is_empty() {
            owners.push(partner);
        }
        let mut items =
            owners.into_iter().map(|owner| item(audited, owner)).collect::<Result<Vec<_>, _>>()?;
        if let (Some(whose), Some(first)) = (&audited.whose, items.first_mut()) {
            // once, however many it touched
            first.insert(LIST.into(), text(keys::listed_audit(&whose.partner, whose.mode)));
        }
        match <[Item; 1]>::try_from(items) {
            Ok([only]) => self.put(only).await,
            Err(several) => self.put_all(several).await,
        }
    }
}

fn item(audited: &Audited, owner: &str) -> Result<Item, StoreError> {
    let order = keys::listed_at(audited.at, audited.id.as_str());
    let mut item = item_of("audit", &keys::audit(owner, &order), audited)?;
    item.insert(LISTED.into(), text(order));
    let key = if let Changer::Key { id, .. } = &audited.by { Some(id.as_str()) } else { None };
    Facts::default()
        // with a blank around each: what is looked for is a whole id
        .with(Fact::Touched, format!(" {} ", audited.ids.join(" ")))
        .with_any(Fact::Key, key)
        .with_any(
            Fact::Owner,
            audited.whose.as_ref().map(|whose| keys::listed_audit(&whose.partner, whose.mode)),
        )
        .lay_into(&mut item);
    item.insert(EXPIRES.into(), number(after(audited.at, keys::AUDIT_DAYS * 86_400).as_second()));
    Ok(item)
}
