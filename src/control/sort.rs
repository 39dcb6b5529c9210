//! How lists are sorted.

use crate::shape::open_enum;

open_enum! {
    /// Which end of a list comes first.
    pub enum SortOrder {
        /// The lowest or oldest.
        Ascending = "Ascending",
        /// The highest or newest.
        Descending = "Descending",
    }

    /// What jobs are sorted by.
    pub enum SortJobsBy {
        /// When they were made.
        CreationTime = "CreationTime",
    }

    /// What models are sorted by.
    pub enum SortModelsBy {
        /// When they were made.
        CreationTime = "CreationTime",
    }

    /// What Provisioned Throughputs are sorted by.
    pub enum SortByProvisionedModels {
        /// When they were made.
        CreationTime = "CreationTime",
    }
}
