//! Each variable a function reads is set, and none that it does not read.

use std::collections::BTreeSet;

use super::code::{Code, source_of};
use super::load::Template;
use super::resource_of;
use crate::repository;

#[test]
fn each_function_is_given_the_variables_it_reads_and_no_others() {
    let (template, code) = (Template::read(), Code::read());
    let mut wrong = Vec::new();
    for function in repository::functions() {
        let set = &template.properties(&resource_of(&function))["Environment"]["Variables"];
        let set: BTreeSet<String> =
            set.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        let read = code.variables(&source_of(&function));
        wrong.extend(
            read.difference(&set)
                .map(|name| format!("{function} reads {name}: set it in infra/template.yaml")),
        );
        wrong.extend(set.difference(&read).map(|name| {
            format!("{function} never reads {name}: take it out of infra/template.yaml")
        }));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_function_is_told_how_much_to_log() {
    let globals = Template::read();
    assert_eq!(
        globals.section("Globals")["Function"]["Environment"]["Variables"]["RUST_LOG"]["Ref"],
        "LogLevel"
    );
}

#[test]
fn a_claim_outlasts_the_refund_function_by_a_minute() {
    let template = Template::read();
    let refund = template.properties("Refund");
    let claim: u64 = refund["Environment"]["Variables"]["CLAIM_SECONDS"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("CLAIM_SECONDS");
    assert_eq!(
        claim,
        template.number(&refund["Timeout"]) + 60,
        "CLAIM_SECONDS must be Refund's Timeout and the 60 s in which a processor commits"
    );
}
