//! Past alerts that an organisation imported, in pieces of many rows each: they are only ever read together.

use domain::id::{ImportId, OrganisationId};
use domain::time::after;
use domain::trial::Imported;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{item_of, number};
use crate::{Store, StoreError};

/// Rows of one item; one row may have some hundred bytes, an item 400 KB.
const PIECE: usize = 200;

#[derive(Serialize, Deserialize)]
struct Piece {
    rows: Vec<Imported>,
}

impl Store {
    /// Keeps an import; the same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_import(
        &self,
        organisation: &OrganisationId,
        id: &ImportId,
        rows: Vec<Imported>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires = after(now, keys::IMPORT_DAYS * 86_400).as_second();
        for (at, rows) in rows.chunks(PIECE).enumerate() {
            let mut item = item_of("import", &keys::import(organisation, id, at), &Piece { rows: rows.to_vec() })?;
            item.insert(EXPIRES.into(), number(expires));
            self.put(item).await?;
        }
        Ok(())
    }

    /// All past alerts that an organisation imported.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn imported(&self, organisation: &OrganisationId) -> Result<Vec<Imported>, StoreError> {
        let pieces: Vec<Piece> = self.query_prefix("import", &keys::imports(organisation), ImportId::PREFIX).await?;
        Ok(pieces.into_iter().flat_map(|piece| piece.rows).collect())
    }
}
