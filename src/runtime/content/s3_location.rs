//! Shapes that images, documents, videos and audio share: locations in Amazon S3, and errors.

use crate::shape::structure;

structure! {
    /// The location of an object in Amazon S3.
    ///
    /// It converts into the source of an [`ImageBlock`](super::ImageBlock), a
    /// [`DocumentBlock`](super::DocumentBlock), a [`VideoBlock`](super::VideoBlock) or an
    /// [`AudioBlock`](super::AudioBlock). Only some models can read from S3. The caller needs
    /// permission to read the object.
    ///
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_S3Location.html>
    ///
    /// ```
    /// use bedrock_lite::runtime::{
    ///     DocumentBlock, DocumentFormat, ImageBlock, ImageFormat, S3Location,
    /// };
    /// use serde_json::json;
    ///
    /// let object = S3Location::new("s3://my-bucket/plan.png");
    /// let plan = ImageBlock::new(ImageFormat::Png, object);
    /// assert_eq!(
    ///     serde_json::to_value(&plan)?["source"],
    ///     json!({"s3Location": {"uri": "s3://my-bucket/plan.png"}})
    /// );
    ///
    /// let object = S3Location::new("s3://their-bucket/lease.pdf")
    ///     .bucket_owner("123456789012");
    /// let lease = DocumentBlock::new("Lease", object).format(DocumentFormat::Pdf);
    /// assert_eq!(
    ///     serde_json::to_value(&lease)?["source"]["s3Location"],
    ///     json!({
    ///         "uri": "s3://their-bucket/lease.pdf",
    ///         "bucketOwner": "123456789012",
    ///     })
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct S3Location {
        /// The URI of the object, such as `s3://bucket/key`. At most 1,024 characters.
        uri: String = "uri",
    } optional {
        /// The ID of the account that owns the bucket, 12 digits. Required if the bucket belongs to
        /// another account.
        bucket_owner: option String = "bucketOwner",
    }

    /// The error of a content block that could not be processed.
    pub struct ErrorBlock {} optional {
        /// A message for people that says what went wrong.
        message: option String = "message",
    } sensitive { message }
}
