//! What images, documents, videos and sounds share: where they lie in S3, and what went wrong with them.

use crate::shape::structure;

structure! {
    /// Where an object lies in Amazon S3.
    ///
    /// It goes wherever bytes go: into an [`ImageBlock`](super::ImageBlock), a [`DocumentBlock`](super::DocumentBlock), a
    /// [`VideoBlock`](super::VideoBlock), an [`AudioBlock`](super::AudioBlock); for the models that read there, with your
    /// right to do so.
    ///
    /// ```
    /// use bedrock_lite::runtime::{DocumentBlock, DocumentFormat, ImageBlock, ImageFormat, S3Location};
    /// use serde_json::json;
    ///
    /// let picture = ImageBlock::new(ImageFormat::Png, S3Location::new("s3://my-bucket/plan.png"));
    /// let theirs = S3Location::new("s3://their-bucket/lease.pdf").bucket_owner("123456789012");
    /// let lease = DocumentBlock::new("Lease", theirs).format(DocumentFormat::Pdf);
    /// assert_eq!(
    ///     serde_json::to_value(&picture)?,
    ///     json!({"format": "png", "source": {"s3Location": {"uri": "s3://my-bucket/plan.png"}}})
    /// );
    /// assert_eq!(
    ///     serde_json::to_value(&lease)?["source"],
    ///     json!({"s3Location": {"uri": "s3://their-bucket/lease.pdf", "bucketOwner": "123456789012"}})
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct S3Location {
        /// The object's URI, such as `s3://bucket/key`; at most 1,024 characters.
        uri: String = "uri",
    } optional {
        /// The account that owns the bucket, where it is not yours: 12 digits.
        bucket_owner: option String = "bucketOwner",
    }

    /// What went wrong with a block of content.
    pub struct ErrorBlock {} optional {
        /// It in words.
        message: option String = "message",
    } sensitive { message }
}
