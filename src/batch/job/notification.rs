use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::batch::job::{Id, Job, Status, Transition, Trigger};
use crate::model::{AccountId, Region, Timestamp};

closed_vocabulary! {
    /// The name of an event that CloudTrail records about a job (REP-936).
    #[non_exhaustive]
    pub enum NotificationName("`JobCreated` or `JobStatusChanged`") {
        /// The job was created.
        JobCreated = "JobCreated",
        /// The status of the job changed.
        JobStatusChanged = "JobStatusChanged",
    }
}

/// An event that CloudTrail records about a job (REP-936).
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Notification {
    /// The name of the event.
    pub name: NotificationName,
    /// The time of the event.
    pub at: Timestamp,
    /// The job.
    pub job_id: Id,
    /// The ARN of the job.
    pub job_arn: String,
    /// The account that owns the job.
    pub account_id: AccountId,
    /// The Region.
    pub region: Region,
    /// The status of the job after the event.
    pub status: Status,
    /// The codes of the failures of the job, when it fails.
    pub failure_codes: Vec<String>,
    /// The reason that a user gave for the change.
    pub status_change_reason: Vec<String>,
}

impl Job {
    /// Returns the event of the creation of the job.
    #[must_use]
    pub fn created_notification(&self) -> Notification {
        self.notify(NotificationName::JobCreated, Status::New, self.created)
    }

    /// Returns the event of a change of status. The reason is that of the last request, so call this
    /// before the next request.
    #[must_use]
    pub fn notification_of(&self, transition: &Transition) -> Notification {
        let Transition { row, at } = transition;
        let notification = self.notify(NotificationName::JobStatusChanged, row.to, *at);
        let is_failing = matches!(row.to, Status::Failing | Status::Failed);
        let codes = self.failures.iter().filter(|_| is_failing);
        let is_asked = matches!(row.trigger, Trigger::CancelRequested | Trigger::Confirmed);
        let reason = self.status_update_reason.iter().filter(|_| is_asked);
        Notification {
            failure_codes: codes.map(|failure| failure.failure_code().to_string()).collect(),
            status_change_reason: reason.cloned().collect(),
            ..notification
        }
    }

    fn notify(&self, name: NotificationName, status: Status, at: Timestamp) -> Notification {
        Notification {
            name,
            at,
            job_id: self.id().clone(),
            job_arn: self.arn(),
            account_id: self.specification.account_id(),
            region: self.name.region.clone(),
            status,
            failure_codes: Vec::new(),
            status_change_reason: Vec::new(),
        }
    }
}

impl Notification {
    /// Writes the event as CloudTrail records it. The sender chooses both ids: that of the record is a
    /// UUID, that of the event of the job has 32 hexadecimal digits.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn example(job: &s3_replication::batch::job::Job) {
    /// let record = job.created_notification().to_record(
    ///     "f907577b-bf3d-4c53-b9ed-8a83a118a554",
    ///     "b268784cf0a66749f1a05bce259804f5",
    /// );
    /// assert_eq!(record["eventName"], "JobCreated");
    /// assert_eq!(record["serviceEventDetails"]["status"], "New");
    /// # }
    /// ```
    #[must_use]
    pub fn to_record(&self, event_id: &str, job_event_id: &str) -> Value {
        const SERVICE: &str = "s3.amazonaws.com";
        json!({
            "eventVersion": "1.05",
            "userIdentity": {"accountId": self.account_id, "invokedBy": SERVICE},
            "eventTime": self.at,
            "eventSource": SERVICE,
            "eventName": self.name,
            "awsRegion": self.region,
            "sourceIPAddress": SERVICE,
            "userAgent": SERVICE,
            "requestParameters": null,
            "responseElements": null,
            "eventID": event_id,
            "readOnly": false,
            "eventType": "AwsServiceEvent",
            "recipientAccountId": self.account_id,
            "serviceEventDetails": {
                "jobId": self.job_id,
                "jobArn": self.job_arn,
                "status": self.status,
                "jobEventId": job_event_id,
                "failureCodes": self.failure_codes,
                "statusChangeReason": self.status_change_reason,
            },
        })
    }
}
