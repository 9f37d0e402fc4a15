//! The policies of roles, buckets and keys in a template of CloudFormation.
//!
//! The permissions that replication needs are judged against these, see `permissions`. These types
//! of resources are read:
//!
//! | resource | holder | names of the holder |
//! | --- | --- | --- |
//! | `AWS::IAM::Role` | the role, and its trust | `RoleName`, the ARN, the reference |
//! | `AWS::IAM::Policy`, `ManagedPolicy` | each item of `Roles` | the item |
//! | `AWS::S3::BucketPolicy` | the bucket | `Bucket` |
//! | `AWS::KMS::Key` | the key | the ARN |
//!
//! A configuration names the same role or bucket by one of these names, known or as an expression,
//! such as `${Role.Arn}`. A document with an unknown value in it has an error in its place: nothing
//! is concluded from a part of a policy.

use super::{Evaluator, member};
use crate::document::Element;
use crate::template::policies::{PolicyHolder, TemplatePolicy};
use crate::template::value::{Data, Value};

impl<'d, 't> Evaluator<'d, 't> {
    /// Returns the policies of the resources of a template. What is found about their text is not about
    /// replication, and is left out.
    ///
    /// A resource whose condition is unknown may grant nothing, so its documents are unknown.
    ///
    /// The policies come in the order of the resources, which is that of the text.
    pub(super) fn policies(&self, resources: Element<'d, 't>) -> Vec<TemplatePolicy> {
        // Findings so far are put aside, so that those about policies can be dropped alone.
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
        // A condition that a policy asks for makes no reading of a configuration.
        self.assuming.take_wanted();
        self.take_found();
        for finding in found {
            self.note(finding);
        }
        policies
    }

    /// Returns the policies that a resource has, and those that it attaches to roles.
    ///
    /// A resource of another type has none. Without the property with the document it has none
    /// either.
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
                // One for each role. A managed policy without `Roles` is attached by
                // `ManagedPolicyArns` of a role.
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
            // A key has no name of its own. A configuration names it by `!GetAtt Key.Arn`.
            "AWS::KMS::Key" => {
                let arn = self.attribute(resource.name(), "Arn", resource.head());
                self.policy(resource, properties, "KeyPolicy", PolicyHolder::Key, Some(&arn))
            }
            _ => Vec::new(),
        }
    }

    /// Returns the policy in a property of a resource, if the property is there. `name` is the
    /// value that names the holder; without one, no configuration matches.
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

    /// Returns the policies of a role: its trust policy, those inside of it, and the managed ones
    /// that it names.
    ///
    /// All of them have all names of the role. A role without `RoleName` gets one at the
    /// deployment, and is named by the two expressions alone.
    fn policies_of_role(
        &self,
        resource: Element<'d, 't>,
        properties: Element<'d, 't>,
    ) -> Vec<TemplatePolicy> {
        let address = resource.name();
        let name = member(properties, "RoleName").map(|name| self.evaluate(name));
        let arn = self.attribute(address, "Arn", resource.head());
        let reference = self.reference(address, resource.head());
        // The order is that of `TemplatePolicy::names`: the name that is written comes first.
        let all: Vec<&Value> = name.iter().chain([&arn, &reference]).collect();
        let (names, place) = (names(&all), resource.head());
        let of = |holder, document: &Value| {
            TemplatePolicy::new(address, place, holder, names.clone(), document)
        };
        let mut policies = Vec::new();
        // The trust policy has a holder of its own: it does not grant anything to the role, and is
        // judged apart.
        if let Some(trust) = member(properties, "AssumeRolePolicyDocument") {
            policies.push(of(PolicyHolder::TrustOfRole, &self.evaluate(trust)));
        }
        // Each item has a name and a document; the name does not matter here.
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
    ///
    /// `${Policy}` and `${Policy.PolicyArn}` name a policy of the template. AWS has many others. A
    /// document that no text shows is unknown, with the ARN or the expression as the reason.
    /// Returns `None` for what is no text.
    fn attached(
        &self,
        arn: &Value,
        of: &dyn Fn(PolicyHolder, &Value) -> TemplatePolicy,
    ) -> Option<TemplatePolicy> {
        if let Data::Unknown(unknown) = &arn.data {
            // A `Ref` of a managed policy is its ARN, and so is the attribute of that name.
            let name = unknown.text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
            let policy =
                name.and_then(|name| self.resources.get(name.trim_end_matches(".PolicyArn")));
            // Another type of resource under this name, such as a custom one, shows no document.
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
        // A known ARN: a policy of AWS, or one of another stack.
        let text = arn.as_text()?;
        Some(of(PolicyHolder::Role, &Value::unknown_text(text, arn.place)))
    }
}

/// Returns the items of a list, or what stands for a list.
///
/// An unknown list is one unknown item, so that it makes one unknown policy. A list that is left
/// out has none.
fn items(value: &Value) -> Vec<&Value> {
    match &value.data {
        Data::List(items) => items.iter().collect(),
        Data::Absent | Data::Null => Vec::new(),
        _ => vec![value],
    }
}

/// Returns the names of a holder: the values that name it, with the expressions of unknown ones.
///
/// Values that are neither texts nor unknown, such as lists, name nothing.
fn names(values: &[&Value]) -> Vec<String> {
    let text = |value: &&Value| match &value.data {
        Data::Unknown(unknown) => Some(unknown.text.to_string()),
        _ => value.as_text().map(|text| text.to_string()),
    };
    values.iter().filter_map(text).filter(|name| !name.is_empty()).collect()
}
