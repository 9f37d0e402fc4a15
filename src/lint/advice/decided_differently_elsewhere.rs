use crate::analysis::Comparison;
use crate::dialect::{Dialect, Question};
use crate::lint::advice::Decisions;
use crate::lint::helpers::listed;
use crate::lint::open_answers::read_otherwise;
use crate::lint::validate::draft_refusals;
use crate::lint::{Findings, declare_lint};
use crate::model::ConfigurationDraft;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A configuration that another store accepts, but decides about some object in another way. Each
    /// question on which stores differ is asked by itself, with an exact comparison over all objects
    /// and events, and the finding names an object. Only what is known about a store counts.
    ///
    /// ## Why it matters
    ///
    /// A configuration that is moved to another store, or shared with one, replicates more or less
    /// there than its author meant. On MinIO, for instance, a rule takes the objects with any of its
    /// tags.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And>
    ///     <Tag><Key>a</Key><Value>1</Value></Tag>
    ///     <Tag><Key>b</Key><Value>1</Value></Tag></And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Disabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "decided-differently-elsewhere",
        summary: "another store decides differently",
        clause: STORE_TAGS,
        group: Portability,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // What a store refuses it does not decide about; `refused-elsewhere` names that.
    let accepts = |store: &&Dialect| !draft_refusals(decisions.context.draft(), store).is_refused();
    let stores: Vec<&Dialect> = Dialect::ALL.iter().filter(accepts).collect();
    let draft = decisions.context.draft_in_zones();
    for question in Question::ALL.iter().copied() {
        let own = decisions.context.dialect().answer(question);
        for answer in question.answers().into_iter().filter(|answer| *answer != own) {
            check_answer(decisions, &draft, &stores, question, answer, found);
        }
    }
}

fn check_answer(
    decisions: &Decisions<'_>,
    draft: &ConfigurationDraft,
    stores: &[&Dialect],
    question: Question,
    answer: &'static str,
    found: &mut Findings,
) {
    let answers_so =
        |store: &&&Dialect| store.is_known(question) && store.answer(question) == answer;
    let stores: Vec<&str> = stores.iter().filter(answers_so).map(|store| store.name()).collect();
    let (configuration, dialect) = (decisions.configuration(), decisions.context.dialect());
    let Some(example) = stores.first() else { return };
    let otherwise = read_otherwise(draft, configuration, dialect, question, answer);
    let Some((other, elsewhere)) = otherwise else { return };
    let comparison =
        Comparison::new(configuration, &elsewhere).with_dialects(dialect.clone(), other.clone());
    let Some(difference) = comparison.first_difference() else { return };
    let rule = difference.old_rule().map(|rule| rule.position);
    let rule = rule.or_else(|| difference.new_rule().map(|rule| rule.position));
    let message = format!(
        "{} {} differently about {}: {} {}",
        listed(&stores),
        if stores.len() == 1 { "decides" } else { "decide" },
        difference.witness(),
        question.text(),
        other.answer_text(question),
    );
    let path = rule.map_or_else(FieldPath::root, FieldPath::rule);
    let help = format!("compare the decisions with `diff FILE --dialect-new {example}`");
    let message = message.trim_end_matches('.').to_owned();
    let mut finding = LINT.advice(path, message).with_help(help);
    finding.clause = Some(question.clause());
    found.push(finding);
}
