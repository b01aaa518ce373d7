//! Keys of the API: whose, and what they may.

use serde_json::json;

use super::play::{Failed, Play, text};
use super::words::Words;

impl Play {
    /// `partner Rival`: another partner, who sets things up from now on.
    pub async fn another_partner(&mut self, words: &mut Words) -> Result<(), Failed> {
        let name = words.next("the partner's name")?;
        self.become_partner(&name).await
    }

    /// `key reader [of org] [may alerts:read]`: a key of the partner, or of its latest organisation
    /// only.
    pub async fn key(&mut self, words: &mut Words) -> Result<(), Failed> {
        let name = words.next("the key's name")?;
        let organisation = words
            .after("of")
            .map(|_| self.shop().map(|shop| shop.organisation.clone()))
            .transpose()?;
        let abilities: Vec<String> = words.after("may").into_iter().collect();
        let order = json!({
            "do": "CREATE_KEY", "partner_id": self.partner_id, "organisation_id": organisation,
            "abilities": abilities
        });
        let made = self.world.operate(order).await?;
        self.keys.insert(name, text(&made["secret"]));
        Ok(())
    }

    /// The key that a line names by `as NAME`, else the first partner's.
    pub fn key_of(&self, words: &mut Words) -> Result<String, Failed> {
        let name = words.after("as").unwrap_or_else(|| "partner".into());
        if name == "nobody" {
            return Ok("fs_live_nobody".into());
        }
        self.keys.get(&name).cloned().ok_or_else(|| format!("nobody is called {name}"))
    }
}
