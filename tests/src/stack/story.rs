//! The same demonstration as `cargo demo`'s, through the deployed template.

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::partners::Partners;
use super::{Bench, Stopped};
use crate::demo::{self, Target};
use crate::simulate::ethoca::BASE_PATH;

const USERNAME: &str = "ethoca";
const PASSWORD: &str = "a password of the stack's own";

/// The operator lets a partner in, and the demonstration runs and is judged by what the partners
/// remember.
pub(super) async fn tell(
    bench: &Bench,
    deployment: &Deployment<'_>,
    partners: &Partners,
) -> Result<(), Stopped> {
    let target = opened(deployment, partners).await?;
    bench.say("operator", "a partner, its key and a connection to Ethoca");
    demo::run(&target, &|text| text.lines().for_each(|line| println!("          {line}"))).await?;
    bench.say("judged", "one alert sent twice: one refund, one outcome");
    Ok(())
}

async fn opened(deployment: &Deployment<'_>, partners: &Partners) -> Result<Target, Stopped> {
    let partner = deployment
        .operator(&json!({ "do": "CREATE_PARTNER", "name": "Example Partner", "mode": "LIVE" }))
        .await?;
    let key = deployment
        .operator(&json!({ "do": "CREATE_KEY", "partner_id": partner["partner_id"] }))
        .await?;
    deployment.operator(&connection(partners)).await?;
    let partner_api_key = key["secret"]
        .as_str()
        .ok_or_else(|| format!("The operator made no key: {key}"))?
        .to_owned();
    Ok(Target {
        api_url: deployment.api_url.clone(),
        partner_api_key,
        push_url: deployment.push_url.clone(),
        username: USERNAME.to_owned(),
        password: PASSWORD.to_owned(),
        ethoca_simulator: partners.ethoca_url.clone(),
        stripe_simulator: partners.stripe_url.clone(),
    })
}

fn connection(partners: &Partners) -> Value {
    let credentials = partners.ethoca.generate_credentials();
    json!({
        "do": "CREATE_CONNECTION", "network": "ETHOCA", "name": "Ethoca",
        "api_url": format!("{}{BASE_PATH}", partners.ethoca_url),
        "push_username": USERNAME, "push_password": PASSWORD,
        "consumer_key": credentials.consumer_key, "private_key": credentials.private_key_pkcs8_pem,
        "sandbox": true,
    })
}
