//! The policies of roles, buckets and keys in a template of CloudFormation.

use super::{Evaluator, member};
use crate::document::Element;
use crate::template::policies::{PolicyHolder, TemplatePolicy};
use crate::template::value::{Data, Value};

impl<'d, 't> Evaluator<'d, 't> {
    /// Returns the policies of the resources of a template. What is found about their text is not about
    /// replication, and is left out.
    pub(super) fn policies(&self, resources: Element<'d, 't>) -> Vec<TemplatePolicy> {
        let found = self.take_found();
        let mut policies = Vec::new();
        for resource in resources.children() {
            let condition = member(resource, "Condition").map(Element::text);
            let is_created = condition.map_or(Some(true), |name| self.condition_named(name));
            let all = self.policies_of(resource).into_iter();
            policies.extend(all.filter_map(|policy| match is_created {
                Some(true) => Some(policy),
                Some(false) => None,
                None => {
                    let reason = format!("Condition {}", condition.unwrap_or_default());
                    Some(policy.unknown(reason))
                }
            }));
        }
        self.assuming.take_wanted();
        self.take_found();
        for finding in found {
            self.note(finding);
        }
        policies
    }

    /// Returns the policies that a resource has, and those that it attaches to roles.
    fn policies_of(&self, resource: Element<'d, 't>) -> Vec<TemplatePolicy> {
        let kind = member(resource, "Type").map_or("", Element::text);
        let Some(properties) = member(resource, "Properties") else { return Vec::new() };
        match kind {
            "AWS::IAM::Role" => self.policies_of_role(resource, properties),
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
                let Some(document) = member(properties, "PolicyDocument") else {
                    return Vec::new();
                };
                let roles = member(properties, "Roles").map(|roles| self.evaluate(roles));
                let roles = roles.as_ref().and_then(Value::as_list).unwrap_or_default();
                let document = self.evaluate(document);
                let policy = |role| {
                    let (address, place) = (resource.name(), resource.head());
                    let names = names(&[role]);
                    TemplatePolicy::new(address, place, PolicyHolder::Role, names, &document)
                };
                roles.iter().map(policy).collect()
            }
            "AWS::S3::BucketPolicy" => {
                let bucket = member(properties, "Bucket").map(|bucket| self.evaluate(bucket));
                self.policy(
                    resource,
                    properties,
                    "PolicyDocument",
                    PolicyHolder::Bucket,
                    bucket.as_ref(),
                )
            }
            "AWS::KMS::Key" => {
                let arn = self.attribute(resource.name(), "Arn", resource.head());
                self.policy(resource, properties, "KeyPolicy", PolicyHolder::Key, Some(&arn))
            }
            _ => Vec::new(),
        }
    }

    fn policy(
        &self,
        resource: Element<'d, 't>,
        properties: Element<'d, 't>,
        property: &str,
        holder: PolicyHolder,
        name: Option<&Value>,
    ) -> Vec<TemplatePolicy> {
        let names = names(name.as_slice());
        let document = member(properties, property).map(|document| self.evaluate(document));
        let (address, place) = (resource.name(), resource.head());
        let policy = |document| TemplatePolicy::new(address, place, holder, names, &document);
        document.map(policy).into_iter().collect()
    }

    fn policies_of_role(
        &self,
        resource: Element<'d, 't>,
        properties: Element<'d, 't>,
    ) -> Vec<TemplatePolicy> {
        let address = resource.name();
        let name = member(properties, "RoleName").map(|name| self.evaluate(name));
        let arn = self.attribute(address, "Arn", resource.head());
        let reference = self.reference(address, resource.head());
        let all: Vec<&Value> = name.iter().chain([&arn, &reference]).collect();
        let (names, place) = (names(&all), resource.head());
        let of = |holder, document: &Value| {
            TemplatePolicy::new(address, place, holder, names.clone(), document)
        };
        let mut policies = Vec::new();
        if let Some(trust) = member(properties, "AssumeRolePolicyDocument") {
            policies.push(of(PolicyHolder::TrustOfRole, &self.evaluate(trust)));
        }
        let inline = member(properties, "Policies").map(|inline| self.evaluate(inline));
        for policy in inline.as_ref().map(items).unwrap_or_default() {
            // An item that is unknown may grant anything.
            policies.push(of(PolicyHolder::Role, policy.get("PolicyDocument").unwrap_or(policy)));
        }
        let attached = member(properties, "ManagedPolicyArns").map(|arns| self.evaluate(arns));
        for arn in attached.as_ref().map(items).unwrap_or_default() {
            policies.extend(self.attached(arn, &of));
        }
        policies
    }

    /// Returns a managed policy that a role names: one of the template, or one whose content is unknown.
    fn attached(
        &self,
        arn: &Value,
        of: &dyn Fn(PolicyHolder, &Value) -> TemplatePolicy,
    ) -> Option<TemplatePolicy> {
        if let Data::Unknown(unknown) = &arn.data {
            let name = unknown.text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
            let policy =
                name.and_then(|name| self.resources.get(name.trim_end_matches(".PolicyArn")));
            let document = policy
                .filter(|policy| {
                    member(**policy, "Type")
                        .is_some_and(|one| one.text() == "AWS::IAM::ManagedPolicy")
                })
                .and_then(|policy| member(member(*policy, "Properties")?, "PolicyDocument"));
            if let Some(document) = document {
                return Some(of(PolicyHolder::Role, &self.evaluate(document)));
            }
            return Some(of(PolicyHolder::Role, arn));
        }
        let text = arn.as_text()?;
        Some(of(PolicyHolder::Role, &Value::unknown_text(text, arn.place)))
    }
}

/// Returns the items of a list, or what stands for a list.
fn items(value: &Value) -> Vec<&Value> {
    match &value.data {
        Data::List(items) => items.iter().collect(),
        Data::Absent | Data::Null => Vec::new(),
        _ => vec![value],
    }
}

/// Returns the names of a holder: the values that name it, with the expressions of unknown ones.
fn names(values: &[&Value]) -> Vec<String> {
    let text = |value: &&Value| match &value.data {
        Data::Unknown(unknown) => Some(unknown.text.to_string()),
        _ => value.as_text().map(|text| text.to_string()),
    };
    values.iter().filter_map(text).filter(|name| !name.is_empty()).collect()
}
