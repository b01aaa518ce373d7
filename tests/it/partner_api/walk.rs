//! Every route of the router x every kind of key x things that are one's own, another's, and
//! nobody's.

mod rows;
mod things;

use std::collections::BTreeSet;

use domain::account::{ApiKeyScope, OperatingMode};
use serde_json::json;

use super::{Answer, Desk};
use crate::openapi::conversation::DOCUMENT;
use rows::Who::{self, Admin, All, Partner};
use rows::{OPEN, ROWS, Row};
use things::{Tenant, named, thing};

/// A kind of key: what it may see of ours and of theirs, and what keeps it out everywhere.
struct Kind {
    name: &'static str,
    secret: String,
    reach: Who,
    sees: (bool, bool),
}

async fn kinds(desk: &Desk, ours: &Tenant, theirs: &Tenant) -> Vec<Kind> {
    let key = |reach: ApiKeyScope, mode| desk.new_key("Payments Inc", mode, reach, &[]);
    let kind = |name, secret, reach, sees| Kind { name, secret, reach, sees };
    let one = |tenant: &Tenant| ApiKeyScope::Organisation(tenant.id());
    let group = |tenant: &Tenant| ApiKeyScope::Group(vec![tenant.id()]);
    vec![
        kind("partner", desk.key.clone(), Admin, (true, true)),
        kind("group of ours", key(group(ours), OperatingMode::Live).await, Partner, (true, false)),
        kind(
            "group of theirs",
            key(group(theirs), OperatingMode::Live).await,
            Partner,
            (false, true),
        ),
        kind(
            "group of both",
            key(ApiKeyScope::Group(vec![ours.id(), theirs.id()]), OperatingMode::Live).await,
            Partner,
            (true, true),
        ),
        kind("ours", key(one(ours), OperatingMode::Live).await, All, (true, false)),
        kind("theirs", key(one(theirs), OperatingMode::Live).await, All, (false, true)),
        kind(
            "TEST key of the partner",
            key(ApiKeyScope::Partner, OperatingMode::Test).await,
            Admin,
            (false, false),
        ),
        kind("TEST key of ours", key(one(ours), OperatingMode::Test).await, All, (false, false)),
        kind(
            "another partner",
            desk.partner("Other Payments", OperatingMode::Live).await,
            Admin,
            (false, false),
        ),
    ]
}

/// Why a key of this reach is kept off a route of these, before anything is looked at.
fn kept_off(reach: Who, who: Who) -> Option<(u16, &'static str)> {
    match (who, reach) {
        (Partner | Admin, All) => Some((401, "PARTNER_ONLY")),
        (Admin, Partner) => Some((403, "PARTNER_ADMIN_ONLY")),
        _ => None,
    }
}

fn refused(answer: &Answer) -> Option<(u16, &str)> {
    [401, 403, 404]
        .contains(&answer.status)
        .then(|| (answer.status, answer.body["code"].as_str().unwrap_or_default()))
}

#[tokio::test]
async fn every_route_of_the_router_has_its_row() {
    let desk = Desk::open().await;
    let mut routed = BTreeSet::new();
    for path in partner_api::route_paths() {
        let answer = desk.call("OPTIONS", path, &desk.key, None).await;
        let allowed = answer.headers["allow"].to_str().expect("text").to_owned();
        routed.extend(
            allowed
                .split(',')
                .filter(|method| *method != "HEAD")
                .map(|method| format!("{method} {path}")),
        );
    }
    let rows =
        ROWS.iter().map(|Row(method, path, ..)| (*method, *path)).chain(OPEN.iter().copied());
    let rows: BTreeSet<String> = rows.map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(
        rows, routed,
        "each route needs a row in ROWS that says who may use it, and no other"
    );
}

#[test]
fn the_document_says_who_may_use_a_route() {
    for Row(method, path, who, abilities) in ROWS {
        let operation = &DOCUMENT["paths"][path][method.to_lowercase()];
        let level = match who {
            All => "ANY",
            Partner => "PARTNER",
            Admin => "PARTNER_ADMIN",
        };
        let needed = json!([{ "bearer": abilities }]);
        assert_eq!(
            (&operation["x-key-level"], &operation["security"]),
            (&json!(level), &needed),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_key_that_nobody_knows_or_that_lacks_an_ability_gets_nowhere() {
    let desk = Desk::open().await;
    for Row(method, path, _, abilities) in ROWS {
        let path = path.replace("{id}", "x").replace("{rule_id}", "y").replace("{refund_id}", "z");
        let unknown = desk.call(method, &path, "fsk_live_nobody", Some(&json!({}))).await;
        assert_eq!(refused(&unknown), Some((401, "UNAUTHENTICATED")), "{method} {path}");
        for lacked in *abilities {
            let others: Vec<&str> = domain::account::issued_key::ABILITIES
                .iter()
                .copied()
                .filter(|one| one != lacked)
                .collect();
            let key = desk
                .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &others)
                .await;
            let answer = desk.call(method, &path, &key, Some(&json!({}))).await;
            assert_eq!(
                refused(&answer),
                Some((403, "MISSING_ABILITY")),
                "{method} {path} without {lacked}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn ones_own_is_there_and_nobody_elses() {
    let desk = Desk::open().await;
    let (ours, theirs) = (Tenant::open(&desk, "Acme").await, Tenant::open(&desk, "Zenith").await);
    for kind in kinds(&desk, &ours, &theirs).await {
        for Row(method, path, who, _) in ROWS.iter().filter(|row| row.1.contains("{id}")) {
            for (tenant, sees) in
                [(Some(&ours), kind.sees.0), (Some(&theirs), kind.sees.1), (None, false)]
            {
                let at = match tenant {
                    Some(tenant) => thing(&desk, tenant, path).await,
                    None => path
                        .replace("{id}", "org_nobody")
                        .replace("{rule_id}", "rule_nobody")
                        .replace("{refund_id}", "nobodys"),
                };
                let answer = desk.call(method, &at, &kind.secret, Some(&json!({}))).await;
                let expected = kept_off(kind.reach, *who).or((!sees).then_some((404, "NOT_FOUND")));
                assert_eq!(
                    refused(&answer),
                    expected,
                    "{} {method} {at}: {}",
                    kind.name,
                    answer.body
                );
            }
        }
    }
}

#[tokio::test]
async fn lists_show_only_what_is_seen() {
    let desk = Desk::open().await;
    let (ours, theirs) = (Tenant::open(&desk, "Acme").await, Tenant::open(&desk, "Zenith").await);
    for kind in kinds(&desk, &ours, &theirs).await {
        for Row(_, path, who, _) in ROWS.iter().filter(|row| row.0 == "GET" && !row.1.contains('{'))
        {
            for (tenant, sees) in [(&ours, kind.sees.0), (&theirs, kind.sees.1)] {
                let at = thing(&desk, tenant, &format!("{path}/{{id}}")).await;
                let id = at.rsplit('/').next().expect("an id");
                let list = desk.call("GET", path, &kind.secret, None).await;
                assert_eq!(
                    refused(&list),
                    kept_off(kind.reach, *who),
                    "{} {path}: {}",
                    kind.name,
                    list.body
                );
                let shown = list.items().iter().any(|item| item["id"] == id);
                assert_eq!(shown, sees && list.status == 200, "{} {at}: {}", kind.name, list.body);
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_made_in_what_is_not_seen() {
    let desk = Desk::open().await;
    let (ours, theirs) = (Tenant::open(&desk, "Acme").await, Tenant::open(&desk, "Zenith").await);
    let nobody = Tenant::of_nobody();
    for kind in kinds(&desk, &ours, &theirs).await {
        for Row(_, path, who, _) in
            ROWS.iter().filter(|row| row.0 == "POST" && !row.1.contains('{'))
        {
            for (tenant, sees) in [(&ours, kind.sees.0), (&theirs, kind.sees.1), (&nobody, false)] {
                let Some((at, body)) = named(tenant, path) else { continue };
                let answer = desk.call("POST", &at, &kind.secret, Some(&body)).await;
                let in_batch =
                    answer.body["errors"][0]["code"].as_str().filter(|_| answer.status == 200);
                let refusal = refused(&answer)
                    .or(in_batch.filter(|code| *code == "NOT_FOUND").map(|code| (404, code)));
                let expected = kept_off(kind.reach, *who).or((!sees).then_some((404, "NOT_FOUND")));
                assert_eq!(refusal, expected, "{} {path} {body}: {}", kind.name, answer.body);
            }
        }
    }
}
