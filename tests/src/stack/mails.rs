//! E-mails of the deployed template: SES as `MiniStack` has it, and the page behind a mail.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use super::deployment::Deployment;
use super::ministack::MiniStack;
use super::{Bench, Stopped};

/// Whom e-mails come from.
pub(super) const SENDER: &str = "alerts@forestall.example";
/// How long a mail may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// SES knows the sender, and is out of its sandbox.
pub(super) async fn let_mails_leave(ministack: &MiniStack) -> Result<(), Stopped> {
    ministack.post("ses", "/v2/email/identities", &json!({ "EmailIdentity": SENDER })).await?;
    let account = json!({
        "MailType": "TRANSACTIONAL", "WebsiteURL": "https://forestall.example",
        "ProductionAccessEnabled": true
    });
    ministack.post("ses", "/v2/email/account/details", &account).await
}

/// The member that the demonstration made was asked once, told nothing before an answer, and the
/// link in the mail asks it.
pub(super) async fn judge(
    bench: &Bench,
    ministack: &MiniStack,
    deployment: &Deployment<'_>,
) -> Result<(), Stopped> {
    let began = Instant::now();
    let mails = loop {
        let mails = mails(ministack).await?;
        if !mails.is_empty() || began.elapsed() > PATIENCE {
            break mails;
        }
        sleep(Duration::from_millis(200)).await;
    };
    let subjects: Vec<&str> = mails.iter().filter_map(|mail| mail["Subject"].as_str()).collect();
    if subjects != ["Please confirm your e-mail address"] {
        return Err(format!("the mails that left are {subjects:?}").into());
    }
    let text = mails[0]["BodyText"].as_str().unwrap_or_default();
    let token = text
        .lines()
        .find_map(|line| line.split_once("/v1/confirmation-pages/"))
        .ok_or("the mail has no link")?
        .1;
    let page =
        ministack.page(&format!("{}/v1/confirmation-pages/{token}", deployment.api_url)).await?;
    if !page.contains("Do you want these e-mails?") {
        return Err(format!("the page behind the mail shows {page}").into());
    }
    bench.say("mailed", "one mail that asks the member, and its page");
    Ok(())
}

async fn mails(ministack: &MiniStack) -> Result<Vec<Value>, Stopped> {
    let kept: Value = serde_json::from_str(
        &ministack.page(&format!("{}/_ministack/ses/messages", ministack.url())).await?,
    )?;
    let accounts = kept["messages"].as_object().ok_or_else(|| kept.to_string())?;
    Ok(accounts.values().filter_map(Value::as_array).flatten().cloned().collect())
}
