//! How AWS runs the function that reads a queue, as `infra/template.yaml` says.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use domain::alert::pipeline::PipelineStage;
use serde::Deserialize;
use serde_yaml_ng::Value;

use crate::world::queue_name;

const TEMPLATE: &str = include_str!("../../infra/template.yaml");

/// The event source mapping of a stage, and its queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StageMapping {
    name: String,
    /// How many messages one invocation gets at most.
    pub batch_size: u32,
    /// How many invocations run at once at most.
    pub at_once: usize,
    /// How long a batch is collected.
    pub window_seconds: i64,
    /// How long a received message stays hidden.
    pub visibility_seconds: i64,
}

impl StageMapping {
    /// The mapping of a stage.
    ///
    /// # Panics
    /// If the template does not have it.
    #[must_use]
    pub fn of(stage: PipelineStage) -> &'static Self {
        let mut mappings = all_mappings().values();
        mappings
            .find(|mapping| mapping.name == queue_name(stage))
            .expect("each stage is in the template")
    }
}

fn all_mappings() -> &'static BTreeMap<String, StageMapping> {
    static MAPPINGS: OnceLock<BTreeMap<String, StageMapping>> = OnceLock::new();
    MAPPINGS.get_or_init(|| {
        let template: Value = serde_yaml_ng::from_str(TEMPLATE).expect("the template is YAML");
        serde_yaml_ng::from_value(template["Mappings"]["Stages"].clone())
            .expect("the mappings of the stages")
    })
}
