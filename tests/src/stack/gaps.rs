//! Where the local AWS is unlike AWS, made good from outside, so that the template stays what AWS
//! needs.

use serde_json::{Value, json};

use super::Stopped;
use super::ministack::MiniStack;
use crate::world::{STAGES, queue_name};

/// AWS lets whoever has `sqs:SendMessage` send batches; `MiniStack` asks for a permission that AWS
/// does not know.
pub(super) async fn let_batches_be_sent(ministack: &MiniStack) -> Result<(), Stopped> {
    let queues = STAGES
        .map(|stage| format!("arn:aws:sqs:us-east-1:000000000000:forestall-{}", queue_name(stage)));
    grant(ministack, "queue-relay", "sqs:SendMessageBatch", &json!(queues)).await
}

/// AWS looks at the identity that a mail comes from; `MiniStack` asks for the permission on
/// everything.
pub(super) async fn let_mails_be_sent(ministack: &MiniStack) -> Result<(), Stopped> {
    grant(ministack, "email-notification", "ses:SendEmail", &json!("*")).await
}

async fn grant(
    ministack: &MiniStack,
    function: &str,
    action: &str,
    on: &Value,
) -> Result<(), Stopped> {
    let configuration = ministack.configuration(&format!("forestall-{function}")).await?;
    let role = configuration["Role"]
        .as_str()
        .and_then(|arn| arn.rsplit('/').next())
        .ok_or("The function has no role.")?;
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": on });
    let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let form = [
        ("Action", "PutRolePolicy"),
        ("Version", "2010-05-08"),
        ("RoleName", role),
        ("PolicyName", "Gap"),
        ("PolicyDocument", &policy),
    ];
    ministack.call("iam", &form).await
}
