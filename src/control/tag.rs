//! Tags: keys and values that are attached to resources.
//!
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListTagsForResource.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_TagResource.html>,
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_UntagResource.html>

use crate::operation::operation;
use crate::shape::structure;

operation! {
    ListTagsForResource: Bedrock POST "/listTagsForResource"
        ListTagsForResourceRequest -> ListTagsForResourceResponse
        body {};

    TagResource: Bedrock POST "/tagResource"
        TagResourceRequest -> TagResourceResponse
        body {};

    UntagResource: Bedrock POST "/untagResource"
        UntagResourceRequest -> UntagResourceResponse
        body {};
}

structure! {
    /// The request of `ListTagsForResource`.
    pub struct ListTagsForResourceRequest {
        /// The ARN of the resource, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
    }

    /// The response of `ListTagsForResource`.
    pub struct ListTagsForResourceResponse {} optional {
        /// The tags of the resource. At most 200. The response has all tags: the list has no pages.
        tags: vec Tag = "tags",
    } with metadata

    /// The request of `TagResource`.
    pub struct TagResourceRequest {
        /// The ARN of the resource, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
        /// The tags to set. At most 200. A tag replaces an existing tag with the same key.
        tags: Vec<Tag> = "tags",
    }

    /// The response of `TagResource`. It has no members.
    pub struct TagResourceResponse {} with metadata

    /// The request of `UntagResource`.
    pub struct UntagResourceRequest {
        /// The ARN of the resource, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
        /// The keys of the tags to remove. At most 200.
        tag_keys: Vec<String> = "tagKeys",
    }

    /// The response of `UntagResource`. It has no members.
    pub struct UntagResourceResponse {} with metadata

    /// A tag of a resource.
    pub struct Tag {
        /// The key: 1 to 128 letters, digits, white space and `._:/=+@-`.
        key: String = "key",
        /// The value: at most 256 letters, digits, white space and `._:/=+@-`.
        value: String = "value",
    }
}
