//! Past alerts that an organisation imported, in pieces of many rows each: they are only ever read
//! together.

use domain::alert::dry_run::Imported;
use domain::basics::id::{ImportId, OrganisationId};
use domain::basics::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{Item, item_of, number, value_of};
use crate::{Store, StoreError};

/// Rows of one item; one row may have some hundred bytes, an item 400 KB.
const PIECE: usize = 200;
/// More pieces than this no organisation has imported.
const MOST_PIECES: usize = 10_000;

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
            let mut item = item_of(
                "import",
                &keys::import(organisation, id, at),
                &Piece { rows: rows.to_vec() },
            )?;
            item.insert(EXPIRES.into(), number(expires));
            self.put(item).await?;
        }
        Ok(())
    }

    /// All past alerts that an organisation imported.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn imported(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Vec<Imported>, StoreError> {
        let pieces: Vec<Piece> =
            self.query_prefix("import", &keys::imports(organisation), ImportId::PREFIX).await?;
        Ok(pieces.into_iter().flat_map(|piece| piece.rows).collect())
    }

    /// Changes past alerts that an organisation imported, those of which a change is given; how
    /// many there were.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn change_imported<E: From<StoreError>>(
        &self,
        organisation: &OrganisationId,
        change: impl Fn(&Imported) -> Result<Option<Imported>, E>,
    ) -> Result<usize, E> {
        let items = self
            .query(
                &keys::imports(organisation),
                ImportId::PREFIX,
                &format!("{}~", ImportId::PREFIX),
                MOST_PIECES,
            )
            .await?;
        let mut count = 0;
        for item in items {
            let mut piece: Piece = value_of("import", item.clone())?;
            let before = count;
            for row in &mut piece.rows {
                if let Some(changed) = change(row)? {
                    *row = changed;
                    count += 1;
                }
            }
            if count > before {
                let rows: Item = serde_dynamo::to_item(&piece)
                    .map_err(|error| StoreError::unreadable("import", &error))?;
                self.put(item.into_iter().chain(rows).collect()).await?;
            }
        }
        Ok(count)
    }
}
