//! ACLs: canned ones, which replicate as text.

use std::sync::Arc;

use s3s::dto::{
    GetObjectAclInput, GetObjectAclOutput, Grant, Grantee, Owner, Permission, PutObjectAclInput,
    PutObjectAclOutput, Type,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{owner, respond, version_of};
use crate::core::{Change, Command};
use crate::errors;
use crate::service::{Shared, lock};

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

pub(crate) fn get(
    shared: &Arc<Shared>,
    request: S3Request<GetObjectAclInput>,
) -> S3Result<S3Response<GetObjectAclOutput>> {
    let input = request.input;
    let found = super::read::find(shared, &input.bucket, &input.key, input.version_id.as_deref())?;
    let mut grants = vec![grant(owner_grantee(), Permission::FULL_CONTROL)];
    match found.version.metadata.acl.as_str() {
        "public-read" => grants.push(grant(group(ALL_USERS), Permission::READ)),
        "public-read-write" => {
            grants.push(grant(group(ALL_USERS), Permission::READ));
            grants.push(grant(group(ALL_USERS), Permission::WRITE));
        }
        "authenticated-read" => grants.push(grant(group(AUTHENTICATED), Permission::READ)),
        _ => {}
    }
    respond(GetObjectAclOutput { grants: Some(grants), owner: Some(owner()), ..Default::default() })
}

fn grant(grantee: Grantee, permission: &'static str) -> Grant {
    Grant { grantee: Some(grantee), permission: Some(Permission::from_static(permission)) }
}

fn owner_grantee() -> Grantee {
    let Owner { display_name, id } = owner();
    Grantee {
        display_name,
        email_address: None,
        id,
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    }
}

fn group(uri: &str) -> Grantee {
    Grantee {
        display_name: None,
        email_address: None,
        id: None,
        type_: Type::from_static(Type::GROUP),
        uri: Some(uri.to_owned()),
    }
}

pub(crate) fn put(
    shared: &Arc<Shared>,
    request: S3Request<PutObjectAclInput>,
) -> S3Result<S3Response<PutObjectAclOutput>> {
    let input = request.input;
    let Some(acl) = input.acl else {
        let text = "This server takes canned ACLs only: send the header x-amz-acl";
        return Err(S3Error::with_message(S3ErrorCode::NotImplemented, text));
    };
    let bucket = errors::bucket_name(&input.bucket)?;
    let mut core = lock(&shared.core);
    let id = version_of(&core.store, &bucket, &input.key, input.version_id.as_deref())?;
    let change = Change::Acl(acl.as_str().to_owned());
    core.commit(Command::ChangeMetadata { bucket, key: input.key, id, change })
        .map_err(errors::of_store)?;
    respond(PutObjectAclOutput::default())
}
