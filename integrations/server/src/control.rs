//! The operations of S3 Control on jobs: the path `/v20180820/jobs`, the account in the header
//! `x-amz-account-id`.

use std::borrow::Cow;
use std::sync::Arc;

use http::{Method, StatusCode, Uri};
use s3_replication::batch::job;
use s3_replication::batch::response::{
    CreateJobResult, DescribeJobResult, UpdateJobPriorityResult, UpdateJobStatusResult,
};
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::form::Form;
use s3_replication::model::{AccountId, Region};
use s3s::{Body, S3Request, S3Response, S3Result};

use crate::core::{Command, Core, JobChange};
use crate::route::{read, with_id, xml};
use crate::service::{Shared, lock};
use crate::{clock, errors};

const PATH: &str = "/v20180820/jobs";

/// Returns true for the requests of S3 Control.
pub(crate) fn is_control(uri: &Uri) -> bool {
    uri.path().strip_prefix("/v20180820/").is_some()
}

/// The caller of a request: the account, and the Region of the signature.
struct Caller {
    account: AccountId,
    region: Region,
}

pub(crate) async fn call(
    shared: &Arc<Shared>,
    request: S3Request<Body>,
) -> S3Result<S3Response<Body>> {
    Ok(match answer(shared, request).await {
        Ok(text) => with_id(xml(StatusCode::OK, text)),
        Err(error) => refused(&error),
    })
}

/// Returns a refusal in the form of S3 Control, which has a root element more than that of S3.
fn refused(error: &ServiceError) -> S3Response<Body> {
    let id = clock::new_id();
    let code = error.code.to_string();
    let message = error.message.clone().unwrap_or(Cow::Borrowed(errors::text_of(&code)));
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>",
        escape(&code),
        escape(&message),
    );
    let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    xml(status, text)
}

fn bad_request(text: impl Into<Cow<'static, str>>) -> ServiceError {
    ServiceError::new(ServiceErrorCode::BAD_REQUEST_EXCEPTION, text)
}

async fn answer(shared: &Shared, request: S3Request<Body>) -> Result<String, ServiceError> {
    let caller = Caller::of(&request)?;
    let path = request.uri.path().to_owned();
    let rest = path.strip_prefix(PATH).unwrap_or("/-").trim_end_matches('/');
    let query = Query::of(&request.uri)?;
    let parts: Vec<_> = rest.split('/').skip(1).collect();
    match (&request.method, parts.as_slice()) {
        (&Method::POST, []) => {
            let document = read(request.input, &request.headers).await;
            let document = document.map_err(|error| {
                bad_request(error.message().unwrap_or("The request is invalid").to_owned())
            })?;
            let document = String::from_utf8(document)
                .map_err(|_| bad_request("The request is not encoded in UTF-8"))?;
            create(&mut lock(&shared.core), caller, document)
        }
        (&Method::GET, []) => list(&lock(&shared.core), &caller, &query),
        (&Method::GET, [id]) => {
            let id = id_of(id)?;
            describe(&lock(&shared.core), &caller, &id)
        }
        (&Method::POST, [id, "status"]) => {
            let id = id_of(id)?;
            update_status(&mut lock(&shared.core), &caller, id, &query)
        }
        (&Method::POST, [id, "priority"]) => {
            let id = id_of(id)?;
            update_priority(&mut lock(&shared.core), caller, id, &query)
        }
        _ => Err(bad_request(
            "This server implements CreateJob, DescribeJob, ListJobs, UpdateJobPriority and \
             UpdateJobStatus of S3 Control",
        )),
    }
}

impl Caller {
    fn of(request: &S3Request<Body>) -> Result<Self, ServiceError> {
        let header = request.headers.get("x-amz-account-id").and_then(|value| value.to_str().ok());
        let account = header.ok_or_else(|| bad_request("Missing header x-amz-account-id"))?;
        let account = account.parse().map_err(|_| bad_request("AccountId must be 12 digits"))?;
        let region = super::requests::region_of(request);
        let region = region.ok_or_else(|| bad_request("The signature names no Region"))?;
        Ok(Self { account, region })
    }

    fn find<'c>(&self, core: &'c Core, id: &job::Id) -> Result<&'c job::Job, ServiceError> {
        let jobs = core.jobs.get(&(self.account, self.region.clone()));
        let unknown = || s3_replication::dialect::job::JobDialect::AWS.unknown_job();
        jobs.ok_or_else(unknown)?.get(id)
    }
}

/// Returns the ID of a job. A text that is none names no job.
fn id_of(text: &str) -> Result<job::Id, ServiceError> {
    text.parse().map_err(|_| s3_replication::dialect::job::JobDialect::AWS.unknown_job())
}

fn create(core: &mut Core, caller: Caller, document: String) -> Result<String, ServiceError> {
    let id = clock::new_job_id().ok_or_else(|| bad_request("no ID could be made"))?;
    let Caller { account, region } = caller;
    let change = JobChange::Create { account, region, document, id: id.clone() };
    let effect = core.commit(Command::Job(change))?;
    let job_id = match effect {
        crate::core::Effect::Job(id) => id,
        _ => id,
    };
    Ok(CreateJobResult { job_id }.to_text(Form::Xml))
}

fn describe(core: &Core, caller: &Caller, id: &job::Id) -> Result<String, ServiceError> {
    let job = caller.find(core, id)?.describe(core.now());
    Ok(DescribeJobResult { job }.to_text(Form::Xml))
}

fn list(core: &Core, caller: &Caller, query: &Query) -> Result<String, ServiceError> {
    let statuses = query
        .all("jobStatuses")
        .map(|word| word.parse::<job::Status>().map_err(|error| bad_request(error.to_string())));
    let statuses = statuses.collect::<Result<Vec<_>, _>>()?;
    let limit = query
        .get("maxResults")
        .map(|text| text.parse::<usize>().map_err(|_| bad_request("maxResults is not a number")));
    let token = query.get("nextToken");
    let Some(jobs) = core.jobs.get(&(caller.account, caller.region.clone())) else {
        return Ok(s3_replication::batch::response::ListJobsResult::default().to_text(Form::Xml));
    };
    let listed = jobs.list(&statuses, limit.transpose()?, token, core.now())?;
    Ok(listed.to_text(Form::Xml))
}

fn update_status(
    core: &mut Core,
    caller: &Caller,
    id: job::Id,
    query: &Query,
) -> Result<String, ServiceError> {
    let status = query.get("requestedJobStatus");
    let status = status.ok_or_else(|| bad_request("requestedJobStatus is missing"))?.to_owned();
    let reason = query.get("statusUpdateReason").map(str::to_owned);
    let (account, region) = (caller.account, caller.region.clone());
    let change =
        JobChange::UpdateStatus { account, region, id: id.clone(), status, reason: reason.clone() };
    core.commit(Command::Job(change))?;
    let status = caller.find(core, &id)?.status();
    let result = UpdateJobStatusResult { job_id: id, status, status_update_reason: reason };
    Ok(result.to_text(Form::Xml))
}

fn update_priority(
    core: &mut Core,
    caller: Caller,
    id: job::Id,
    query: &Query,
) -> Result<String, ServiceError> {
    let priority = query.get("priority").and_then(|text| text.parse::<i64>().ok());
    let priority = priority.ok_or_else(|| bad_request("priority is not a number"))?;
    let priority =
        job::Priority::try_from(priority).map_err(|error| bad_request(error.to_string()))?;
    let Caller { account, region } = caller;
    let change = JobChange::UpdatePriority { account, region, id: id.clone(), priority };
    core.commit(Command::Job(change))?;
    Ok(UpdateJobPriorityResult { job_id: id, priority }.to_text(Form::Xml))
}

/// The parameters of a request.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(uri: &Uri) -> Result<Self, ServiceError> {
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        });
        let pairs: Option<Vec<_>> = pairs.collect();
        pairs.map(Self).ok_or_else(|| bad_request("The query is not encoded in UTF-8"))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(Cow::into_owned)
}
