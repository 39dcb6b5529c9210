//! Tags: words of yours on your resources.
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
    /// Which resource's tags to list.
    pub struct ListTagsForResourceRequest {
        /// The resource's ARN, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
    }

    /// The tags of a resource.
    pub struct ListTagsForResourceResponse {} optional {
        /// The tags; at most 200. There are no pages.
        tags: vec Tag = "tags",
    } with metadata

    /// Tags to set.
    pub struct TagResourceRequest {
        /// The resource's ARN, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
        /// The tags; at most 200. One that the resource has by that key is replaced.
        tags: Vec<Tag> = "tags",
    }

    /// The tags are set. There is nothing to tell about it.
    pub struct TagResourceResponse {} with metadata

    /// Tags to remove.
    pub struct UntagResourceRequest {
        /// The resource's ARN, 20 to 1,011 characters.
        resource_arn: String = "resourceARN",
        /// The tags' keys; at most 200.
        tag_keys: Vec<String> = "tagKeys",
    }

    /// The tags are removed. There is nothing to tell about it.
    pub struct UntagResourceResponse {} with metadata

    /// A tag.
    pub struct Tag {
        /// Its key; 1 to 128 letters, digits, white space and `._:/=+@-`.
        key: String = "key",
        /// Its value; at most 256 characters of the same kinds.
        value: String = "value",
    }
}
