//! `infra/template.yaml` against the code: what exists, who reads which variable, who may do what.

pub mod alarms;
mod code;
mod environment;
mod guards;
pub mod load;
mod permissions;
mod pipeline;
mod table;

use std::collections::BTreeSet;

use crate::repository;
use load::Template;

/// `ruleset-evaluation` as the template names it: `RulesetEvaluation`.
fn resource_of(function: &str) -> String {
    let word = |word: &str| {
        word.chars()
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(word.chars().skip(1))
            .collect::<String>()
    };
    function.split('-').map(word).collect()
}

#[test]
fn each_folder_of_functions_is_one_crate_and_one_resource() {
    let template = Template::read();
    let folders = repository::functions();
    let named: BTreeSet<String> = folders.iter().map(|name| resource_of(name)).collect();
    let there: BTreeSet<String> =
        template.of_type("AWS::Serverless::Function").map(|(name, _)| name.clone()).collect();
    assert_eq!(
        there, named,
        "infra/template.yaml must have one function for each folder of functions/, in PascalCase, \
         and no other"
    );
    for function in &folders {
        let properties = template.properties(&resource_of(function));
        assert_eq!(
            properties["CodeUri"],
            format!("../target/lambda/{function}/"),
            "CodeUri of {function} must be where its binary is laid out"
        );
        let name = &properties["FunctionName"]["Fn::Sub"];
        assert_eq!(
            *name,
            format!("${{AWS::StackName}}-{function}"),
            "FunctionName of {function} must be the stack's name and the folder's"
        );
        let manifest = repository::read(&format!("functions/{function}/Cargo.toml"));
        assert!(
            manifest.contains(&format!("name = \"{function}\"")),
            "functions/{function}/Cargo.toml must name its package and binary {function}"
        );
    }
}

#[test]
fn the_local_prod_and_default_environments_deploy_this_template() {
    let config = repository::read("samconfig.toml");
    for environment in ["default", "prod", "local"] {
        let start = config.find(&format!("[{environment}.deploy.parameters]"));
        let section = start
            .and_then(|start| config.get(start..))
            .unwrap_or_else(|| panic!("samconfig.toml needs [{environment}.deploy.parameters]"));
        let section = section.split("\n[").next().unwrap_or(section);
        for line in ["template_file = \"infra/template.yaml\"", "language_extensions = true"] {
            assert!(
                section.contains(line),
                "[{environment}.deploy.parameters] in samconfig.toml needs `{line}`"
            );
        }
    }
}
