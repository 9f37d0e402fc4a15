//! Jobs in the form in which they are stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::batch::{Job, JobDialect, JobId, Jobs};
use crate::model::{AccountId, Partition, Region};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SavedJobs {
    account_id: AccountId,
    partition: Partition,
    region: Region,
    dialect: JobDialect,
    capacity: usize,
    jobs: Vec<Job>,
}

/// The error returned when what was stored are not the jobs of one account and Region.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidSavedJobs {
    #[error("the job {0} belongs to another account or Region")]
    Foreign(JobId),
    #[error("the job {0} is there twice")]
    RepeatedId(JobId),
    #[error("the jobs {0} and {1} have the same token")]
    RepeatedToken(JobId, JobId),
}

impl From<Jobs> for SavedJobs {
    fn from(jobs: Jobs) -> Self {
        Self {
            account_id: jobs.account_id,
            partition: jobs.partition,
            region: jobs.region,
            dialect: jobs.dialect,
            capacity: jobs.capacity,
            jobs: jobs.by_id.into_values().collect(),
        }
    }
}

impl TryFrom<SavedJobs> for Jobs {
    type Error = InvalidSavedJobs;

    fn try_from(saved: SavedJobs) -> Result<Self, InvalidSavedJobs> {
        let SavedJobs { account_id, partition, region, dialect, capacity, jobs } = saved;
        let (mut by_id, mut tokens) = (BTreeMap::new(), BTreeMap::new());
        for job in jobs {
            let id = job.id().clone();
            let name = job.name();
            if job.specification().account_id() != account_id
                || (&name.partition, &name.region) != (&partition, &region)
            {
                return Err(InvalidSavedJobs::Foreign(id));
            }
            let token = job.specification().client_request_token().into();
            if let Some(other) = tokens.insert(token, id.clone()).filter(|other| *other != id) {
                return Err(InvalidSavedJobs::RepeatedToken(other, id));
            }
            if by_id.insert(id.clone(), job).is_some() {
                return Err(InvalidSavedJobs::RepeatedId(id));
            }
        }
        Ok(Self { account_id, partition, region, dialect, capacity, by_id, tokens })
    }
}
