//! Messages and content blocks.

mod audio;
mod cache_point;
mod citation;
mod document;
mod document_name;
mod image;
mod media_file;
mod media_format;
mod message;
mod reasoning;
mod s3_location;
mod search_result;
mod tool;
mod tool_result;
mod tool_use;
mod video;

pub use audio::*;
pub use cache_point::*;
pub use citation::*;
pub use document::*;
pub use document_name::DocumentName;
pub use image::*;
pub use message::*;
pub use reasoning::*;
pub use s3_location::*;
pub use search_result::*;
pub use tool::*;
pub use tool_result::*;
pub use tool_use::*;
pub use video::*;
