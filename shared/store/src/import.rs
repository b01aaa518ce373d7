//! Past alerts that an organisation imported, in pieces of many rows, which are only ever read
//! together.

use domain::alert::dry_run::ImportedAlert;
use domain::basics::id::{ImportId, OrganisationId};
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{TableItem, from_table_item, number_value, to_table_item};
use crate::{Store, StoreError};

/// The rows of an item: a row may have some hundred bytes, an item 400 KB.
const PIECE: usize = 200;
/// The most pieces of an organisation: no organisation has imported more.
const MOST_PIECES: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct ImportPiece {
    rows: Vec<ImportedAlert>,
}

impl Store {
    /// Stores an import. Idempotent.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_import(
        &self,
        organisation: &OrganisationId,
        id: &ImportId,
        rows: Vec<ImportedAlert>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires = add_seconds(now, keys::IMPORT_DAYS * 86_400).as_second();
        for (at, rows) in rows.chunks(PIECE).enumerate() {
            let mut item = to_table_item(
                "import",
                &keys::import_piece_key(organisation, id, at),
                &ImportPiece { rows: rows.to_vec() },
            )?;
            item.insert(EXPIRES.into(), number_value(expires));
            self.put_item(item).await?;
        }
        Ok(())
    }

    /// Reads all past alerts that an organisation imported.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_imported_alerts(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Vec<ImportedAlert>, StoreError> {
        let pieces: Vec<ImportPiece> = self
            .query_prefix("import", &keys::imports_partition(organisation), ImportId::PREFIX)
            .await?;
        Ok(pieces.into_iter().flat_map(|piece| piece.rows).collect())
    }

    /// Changes the imported alerts for which `change` returns a new version; returns the count.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn change_imported_alerts<E: From<StoreError>>(
        &self,
        organisation: &OrganisationId,
        change: impl Fn(&ImportedAlert) -> Result<Option<ImportedAlert>, E>,
    ) -> Result<usize, E> {
        let items = self
            .query_items(
                &keys::imports_partition(organisation),
                ImportId::PREFIX,
                &format!("{}~", ImportId::PREFIX),
                MOST_PIECES,
            )
            .await?;
        let mut count = 0;
        for item in items {
            let mut piece: ImportPiece = from_table_item("import", item.clone())?;
            let before = count;
            for row in &mut piece.rows {
                if let Some(changed) = change(row)? {
                    *row = changed;
                    count += 1;
                }
            }
            if count > before {
                let rows: TableItem = serde_dynamo::to_item(&piece)
                    .map_err(|error| StoreError::from_serde_error("import", &error))?;
                self.put_item(item.into_iter().chain(rows).collect()).await?;
            }
        }
        Ok(count)
    }
}
