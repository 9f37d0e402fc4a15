//! The partition of AWS that a template is deployed to, as far as its Region shows it.
//!
//! A template builds ARNs from names: `!GetAtt Photos.Arn`, or `aws_s3_bucket.photos.arn`. The
//! partition is the part of an ARN that no name in the template shows. Writing `aws` in every ARN
//! would refuse each template of China and GovCloud, whose other ARNs are written in full: S3
//! replicates only within a partition.

/// The words of a partition in ARNs and in the names of services.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Partition {
    /// The second part of an ARN.
    pub(super) name: &'static str,
    /// The domain of the services: the end of `s3.amazonaws.com`.
    pub(super) suffix: &'static str,
}

impl Partition {
    /// Returns the partition of a Region such as `cn-north-1`. A Region that is unknown counts as one
    /// of the commercial partition, which nearly all templates are for.
    pub(super) fn of_region(region: &str) -> Self {
        match region {
            _ if region.starts_with("cn-") => Self { name: "aws-cn", suffix: "amazonaws.com.cn" },
            _ if region.starts_with("us-gov-") => {
                Self { name: "aws-us-gov", suffix: "amazonaws.com" }
            }
            _ => Self { name: "aws", suffix: "amazonaws.com" },
        }
    }
}
