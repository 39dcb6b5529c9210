//! What images, documents, videos and sounds share: where they lie in S3, and what went wrong with them.

use crate::shape::structure;

structure! {
    /// Where an object lies in Amazon S3.
    pub struct S3Location {
        /// The object's URI, such as `s3://bucket/key`; at most 1,024 characters.
        uri: String = "uri",
    } optional {
        /// The account that owns the bucket, where it is not yours: 12 digits.
        bucket_owner: one String = "bucketOwner",
    }

    /// What went wrong with a block of content.
    pub struct ErrorBlock {} optional {
        /// It in words.
        message: one String = "message",
    }
}
